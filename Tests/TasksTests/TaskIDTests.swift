import Testing

@testable import Tasks

@Suite struct TaskIDTests {
    @Test func `a task id is a UUID of version 4`() {
        let id = TaskID(.max, .max)
        #expect(id.description == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(
            TaskID(0x0123_4567_89ab_cdef, 0x0123_4567_89ab_cdef).description == "01234567-89ab-4def-8123-456789abcdef")
    }

    @Test func `the text of a task id is read back in either case`() {
        for id in [TaskID(0, 0), TaskID(.max, .max), TaskID(0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210)] {
            #expect(TaskID(Array(id.description.utf8).span) == id)
            #expect(TaskID(Array(id.description.uppercased().utf8).span) == id)
        }
    }

    @Test(arguments: [
        "", "x", "01234567-89ab-4def-8123-456789abcde", "01234567-89ab-4def-8123-456789abcdef0",
        "0123456789ab4def8123456789abcdef", "01234567x89ab-4def-8123-456789abcdef",
        "01234567-89ab-4def-8123-456789abcdeg", "01234567-89ab-4def-81234-56789abcdef",
    ])
    func `text that is no UUID is no task id`(text: String) {
        #expect(TaskID(Array(text.utf8).span) == nil)
    }
}
