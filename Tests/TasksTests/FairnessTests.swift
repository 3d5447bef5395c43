import TestSupport
import Testing

@testable import Tasks

@Suite struct FairnessTests {
    @Test func aLongLineDoesNotHoldUpAShortOne() throws {
        let bench = Bench()
        bench.making.hold()
        _ = try bench.submit("blocker", by: "greedy")
        #expect(eventually { bench.workshop.counts.running == 1 })
        for number in 0..<900 { _ = try bench.submit("greedy \(number)", by: "greedy") }
        for number in 0..<3 { _ = try bench.submit("modest \(number)", by: "modest") }
        _ = try bench.submit("late", by: "late")
        bench.making.release()
        #expect(eventually { bench.making.all.count == 905 })
        #expect(
            bench.making.all.prefix(8) == [
                "blocker", "greedy 0", "modest 0", "late", "greedy 1", "modest 1", "greedy 2", "modest 2",
            ])
        #expect(bench.making.all.suffix(897) == (3..<900).map { "greedy \($0)" }[...])
    }
}
