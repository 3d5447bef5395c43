import TestSupport
import Testing
import Time

@Suite struct DueQueueTests {
    @Test(arguments: 0..<10)
    func `elements come out in the order of their moments`(seed: UInt64) {
        var random = Seeded(seed)
        var queue = DueQueue<Int64, Int>()
        var model: [(due: Int64, element: Int)] = []
        for element in 0..<500 {
            let due = Int64(random.next() % 100)
            queue.insert(element, at: due)
            model.append((due, element))
            let now = Int64(random.next() % 30)
            while let found = queue.removeDue(at: now) {
                let index = model.firstIndex { $0.element == found.element }!
                #expect(found.due == model.map(\.due).min() && model[index].due == found.due && found.due <= now)
                model.remove(at: index)
            }
            #expect(queue.next == model.map(\.due).min() && queue.next ?? .max > now && queue.count == model.count)
        }
    }

    @Test(arguments: 0..<10)
    func `elements that are taken out leave the others in order`(seed: UInt64) {
        var random = Seeded(seed)
        var queue = DueQueue<Int64, Int>()
        for element in 0..<200 { queue.insert(element, at: Int64(random.next() % 50)) }
        let taken = queue.removeAll { $0.element % 3 == 0 }
        #expect(taken.count == 67 && taken.allSatisfy { $0.element % 3 == 0 })
        var last: Int64 = 0
        var rest = 0
        while let entry = queue.removeDue(at: .max) {
            #expect(entry.due >= last && entry.element % 3 != 0)
            (last, rest) = (entry.due, rest + 1)
        }
        #expect(rest == 133)
    }
}
