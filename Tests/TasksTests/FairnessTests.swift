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

    /// Against a model: each namespace's line in order, the lines in turn.
    @Test(arguments: 0..<20)
    func linesTakeTurns(seed: UInt64) {
        var random = Seeded(seed)
        var lines = Lines<Int>()
        var model: [(name: String, elements: [Int])] = []
        for element in 0..<500 {
            if random.next() % 3 > 0 {
                let name = "\(random.next() % 5)"
                lines.append(element, for: Namespace(name))
                if let i = model.firstIndex(where: { $0.name == name }) {
                    model[i].elements.append(element)
                } else {
                    model.append((name, [element]))
                }
            } else {
                // Every seventh has gone meanwhile, and is passed over.
                var expected: Int?
                while expected == nil, !model.isEmpty {
                    var (name, elements) = model.removeFirst()
                    while expected == nil, !elements.isEmpty {
                        let first = elements.removeFirst()
                        if first % 7 != 0 { expected = first }
                    }
                    if !elements.isEmpty { model.append((name, elements)) }
                }
                #expect(lines.next { $0 % 7 != 0 } == expected)
            }
            #expect(lines.count == model.reduce(0) { $0 + $1.elements.count })
        }
    }
}
