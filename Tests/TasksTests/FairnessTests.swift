import TestSupport
import Testing

@testable import Tasks

@Suite struct FairnessTests {
    @Test func `namespaces take turns however many tasks each has`() throws {
        let test = TestTasks()
        test.making.hold()
        _ = try test.submit("blocker", by: "greedy")
        #expect(eventually { test.service.counts.running == 1 })
        for number in 0..<900 { _ = try test.submit("greedy \(number)", by: "greedy") }
        for number in 0..<3 { _ = try test.submit("modest \(number)", by: "modest") }
        _ = try test.submit("late", by: "late")
        test.making.release()
        #expect(eventually { test.making.all.count == 905 })
        #expect(
            test.making.all.prefix(8) == [
                "blocker", "greedy 0", "modest 0", "late", "greedy 1", "modest 1", "greedy 2", "modest 2",
            ])
        #expect(test.making.all.suffix(897) == (3..<900).map { "greedy \($0)" }[...])
    }
}
