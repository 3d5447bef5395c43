import Bytes
import Synchronization
import System
import TestSupport
import Testing
import Time

@testable import Tasks

@Suite struct ConcurrencyTests {
    /// Eight threads submit, poll, watch and let time pass. Every accepted task ends, is told of once, and shows its own
    /// picture for its whole life; at the end the books balance.
    @Test(arguments: 0..<4)
    func `every accepted task ends once and the balances are right when many threads use the service`(
        seed: UInt64
    ) throws {
        try withTemporaryFolder { folder in
            let test = TestTasks {
                $0.workers = 3
                ($0.queueLength, $0.balance, $0.spoolFolder) = (40, 1_000_000, folder)
                ($0.imageMemory, $0.resultMemory) = (60, 100)
                ($0.resultLifetime, $0.taskRetention) = (.seconds(1000), .seconds(1000))
            }
            let (accepted, told, wrong) = (Count(), Count(), Count())
            let charged = Locked<[String: Int64]>([:])
            let threads = try (0..<8).map { thread in
                TransferBox(
                    try Thread("client-\(thread)") {
                        var random = Seeded(seed * 100 + UInt64(thread))
                        var mine: [(id: TaskID, text: String)] = []
                        for _ in 0..<150 {
                            let name = "\(random.next() % 3)"
                            let text = (random.next() % 5 == 0 ? "fail " : "cat ") + "\(random.next() % 60)"
                            // A queue that is full has room again before long.
                            var task: TaskRecord?
                            let isIn = eventually {
                                task = try? test.submit(text, by: name, cost: 3)
                                return task != nil
                            }
                            guard isIn, let task else { return wrong.add() }
                            accepted.add()
                            mine.append((task.id, text))
                            if text.hasPrefix("cat") { charged.withLock { $0[name, default: 0] += 3 } }
                            if !test.observe(task.id, { _ in told.add() }) { wrong.add() }
                            if random.next() % 10 == 0 { test.pass(seconds: 1) }
                            let other = mine[Int(random.next() % UInt64(mine.count))]
                            switch test.view(other.id)?.state {
                            case .ended(.ready): if test.picture(other.id) != "made of \(other.text)" { wrong.add() }
                            case .ended(.failed(let failure)): if failure.text != other.text { wrong.add() }
                            case .unfinished, .awaitingPicture: break
                            default: wrong.add()
                            }
                        }
                    })
            }
            for thread in threads { thread.take().join() }
            #expect(eventually { told.value == accepted.value })
            #expect(wrong.value == 0)
            #expect(accepted.value == 1200)
            #expect(test.service.counts.tasks == accepted.value)
            for name in ["0", "1", "2"] {
                let left = 1_000_000 - charged.withLock { $0[name, default: 0] }
                #expect(test.service.balance(of: Namespace(name)) == left)
            }
            #expect(test.service.counts.waiting == 0 && test.service.counts.running == 0)
            test.pass(seconds: 1000)
            let counts = test.service.counts
            #expect(counts.tasks == 0 && counts.pictures == 0 && counts.memoryBytes == 0 && counts.fileBytes == 0)
        }
    }

    @Test func `stopping during submits ends every accepted task`() throws {
        let test = TestTasks { $0.workers = 2 }
        let (accepted, told) = (Count(), Count())
        let threads = try (0..<4).map { thread in
            TransferBox(
                try Thread("client-\(thread)") {
                    for number in 0..<2000 {
                        guard let task = try? test.submit("cat \(thread) \(number)") else { continue }
                        accepted.add()
                        _ = test.observe(task.id) { _ in told.add() }
                    }
                })
        }
        #expect(eventually { accepted.value > 100 })
        test.service.stop()
        for thread in threads { thread.take().join() }
        #expect(told.value == accepted.value)
        #expect(test.service.counts.waiting == 0 && test.service.counts.running == 0)
    }

    private final class Count: Sendable {
        private let count = Atomic<Int>(0)

        var value: Int { count.load(ordering: .sequentiallyConsistent) }
        func add() { count.add(1, ordering: .sequentiallyConsistent) }
    }
}
