import System
import TestSupport
import Testing

@Suite struct FairQueueTests {
    /// Against a model: each namespace's queue in order, the queue in turn.
    @Test(arguments: 0..<20)
    func queueTakeTurns(seed: UInt64) {
        var random = Seeded(seed)
        var queue = FairQueue<String, Int>()
        var model: [(name: String, elements: [Int])] = []
        for element in 0..<500 {
            if random.next() % 3 > 0 {
                let name = "\(random.next() % 5)"
                queue.append(element, for: name)
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
                #expect(queue.next(where: { $0 % 7 != 0 })?.element == expected)
            }
            #expect(queue.count == model.reduce(0) { $0 + $1.elements.count })
        }
    }

    @Test func `keys that may not run keep their turn`() {
        var queue = FairQueue<String, Int>()
        for key in ["a", "b", "c"] { for number in 0..<2 { queue.append(number, for: key) } }
        func next(but excluded: Set<String>) -> String? {
            queue.next(of: { !excluded.contains($0) }).map { "\($0.key)\($0.element)" }
        }
        #expect(next(but: ["a", "b"]) == "c0")
        #expect(next(but: ["a"]) == "b0")
        #expect(next(but: []) == "a0")
        #expect(next(but: ["c", "b"]) == "a1")
        #expect(next(but: ["c", "b"]) == nil && queue.count == 2)
        #expect(next(but: []) == "c1")
        #expect(next(but: []) == "b1")
        #expect(next(but: []) == nil && queue.count == 0)
    }
}
