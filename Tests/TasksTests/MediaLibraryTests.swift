import Bytes
import Testing

@testable import Imaging
@testable import Tasks

/// Files that callers keep.
@Suite struct MediaLibraryTests {
    private static let lifetime = 10

    private func keep(_ text: String, in library: MediaLibrary, by name: String = "someone") throws -> TaskID {
        let probe = ImageProbe(.png, 1, 1, .upright, memory: 4)
        return try library.keep(ByteBuffer(text), probe, for: Namespace(name)).id
    }

    private func library(_ test: TestTasks, limit: Int = 100, memory: Int = 100) -> MediaLibrary {
        MediaLibrary(
            of: test.service, folder: "/var/tmp", memory: memory, limit: limit, lifetime: .seconds(Self.lifetime))
    }

    private func text(_ media: MediaLibrary.Media?) throws -> String? {
        var text = ByteBuffer()
        guard let media else { return nil }
        try media.file.append(0..<3, to: &text)
        try media.file.append(3..<media.file.count, to: &text)
        return text.bytes.text
    }

    @Test(arguments: [100, 0])
    func `a file is read back from memory and from disk`(_ memory: Int) throws {
        let test = TestTasks()
        let library = library(test, memory: memory)
        let (one, other) = (try keep("one file", in: library), try keep("other", in: library))
        #expect(one != other)
        #expect(try text(library.use(one)) == "one file")
        #expect(try text(library.use(other)) == "other")
        #expect(library.use(TaskID(1, 2)) == nil)
    }

    @Test func `each use renews the lifetime of a file`() throws {
        let test = TestTasks()
        let library = library(test)
        let id = try keep("a", in: library)
        for _ in 0..<3 {
            test.pass(seconds: Self.lifetime - 1)
            #expect(library.use(id) != nil)
        }
        test.pass(seconds: Self.lifetime)
        #expect(library.use(id) == nil)
    }

    @Test func `one namespace cannot take all of the room`() throws {
        let library = library(TestTasks(), limit: 16)
        #expect(throws: TaskError.self) { try keep("0123456789abc", in: library) }
        _ = try keep("0123456789ab", in: library)
        _ = try keep("012", in: library, by: "other")
        #expect(throws: TaskError.self) { try keep("x", in: library, by: "other") }
    }

    @Test func `removing and expiring files gives their room back`() throws {
        let test = TestTasks()
        // Three quarters of it are one namespace's.
        let library = library(test, limit: 13)
        let first = try keep("12345", in: library)
        _ = try keep("67890", in: library)
        #expect(throws: TaskError.self) { try keep("x", in: library) }
        let isOthers = library.remove(first, of: Namespace("other"))
        #expect(!isOthers)
        let isOwn = library.remove(first, of: Namespace("someone"))
        #expect(isOwn && library.use(first) == nil)
        _ = try keep("12345", in: library)
        test.pass(seconds: Self.lifetime)
        _ = try keep("0123456789", in: library)
    }
}
