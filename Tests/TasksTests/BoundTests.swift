import Bytes
import TestSupport
import Testing

@testable import Tasks

@Suite struct BoundTests {
    @Test func aFullQueueRefuses() throws {
        let bench = Bench { $0.queueLength = 3 }
        bench.making.hold()
        _ = try bench.submit("first", cost: 5)
        #expect(eventually { bench.workshop.counts.running == 1 })
        let before = bench.workshop.balance(of: Namespace("someone"))
        for number in 0..<3 { _ = try bench.submit("waiting \(number)") }
        #expect(throws: TaskError.queueFull(retryAfter: 1)) { try bench.submit("one more", cost: 5) }
        #expect(bench.notices == [.queueFull(retryAfter: 1)])
        // Nothing of what was refused is left.
        #expect(bench.workshop.balance(of: Namespace("someone")) == before)
        #expect(bench.workshop.counts.tasks == 4)
        bench.making.release()
        #expect(eventually { bench.workshop.counts.waiting == 0 })
        _ = try bench.submit("one more")
    }

    @Test func ofSeveralOrdersAllAreTakenOrNone() throws {
        let bench = Bench {
            $0.queueLength = 3
            $0.balance = 100
        }
        bench.making.hold()
        let first = try bench.submit("first", cost: 10)
        #expect(eventually { bench.workshop.counts.running == 1 })
        func submit(_ count: Int, cost: Int64, limit: Int = .max) throws -> [Snapshot] {
            let orders = try (0..<count).map { number in
                var order = try bench.order("number \(number)", cost: cost)
                order.activeLimit = limit
                return order
            }
            return try bench.workshop.submit(orders, by: Namespace("someone"))
        }
        #expect(throws: TaskError.queueFull(retryAfter: 1)) { try submit(4, cost: 1) }
        #expect(throws: TaskError.insufficientCredits(balance: 90)) { try submit(3, cost: 31) }
        #expect(throws: TaskError.tooManyActive(limit: 3, retryAfter: 1)) { try submit(3, cost: 1, limit: 3) }
        #expect(bench.workshop.balance(of: Namespace("someone")) == 90 && bench.workshop.counts.tasks == 1)
        let three = try submit(3, cost: 30, limit: 4)
        #expect(Set(three.map(\.id)).count == 3 && bench.workshop.balance(of: Namespace("someone")) == 0)
        bench.making.release()
        for task in three + [first] { #expect(bench.outcome(task.id) == .ready) }
        #expect(try submit(0, cost: 1).isEmpty)
    }

    @Test func referencesTakeNoMoreThanTheirBytes() throws {
        let bench = Bench {
            $0.queueBytes = 1000
            $0.referenceMemory = 100
        }
        var kept: [Reference] = []
        for _ in 0..<10 { kept.append(try bench.workshop.reference(ByteBuffer(String(repeating: "x", count: 100)))) }
        #expect(throws: TaskError.queueFull(retryAfter: 1)) { try bench.workshop.reference(ByteBuffer("x")) }
        kept = []
        _ = try bench.workshop.reference(ByteBuffer("x"))
    }

    @Test func whatHasBeenMadeNeedsItsReferenceNoMore() throws {
        let bench = Bench { $0.queueBytes = 10 }
        for number in 0..<5 {
            let task = try bench.submit("number \(number)")
            #expect(bench.outcome(task.id) == .ready)
        }
    }

    @Test func fullStorageRefusesUntilPicturesExpire() throws {
        let bench = Bench {
            $0.resultBytes = 20
            $0.resultLifetime = .seconds(100)
        }
        let first = try bench.submit("0123456789abcdef")
        #expect(bench.outcome(first.id) == .ready)
        #expect(throws: TaskError.storageFull(retryAfter: 10)) { try bench.submit("more") }
        #expect(bench.notices == [.storageFull(retryAfter: 10)])
        bench.time.pass(seconds: 100)
        let second = try bench.submit("more")
        #expect(bench.outcome(second.id) == .ready)
    }

    @Test func nobodyFillsTheStorageForTheOthers() throws {
        let bench = Bench {
            $0.resultBytes = 4000
            $0.resultLifetime = .seconds(100)
        }
        /// Has pictures of 100 bytes made for somebody until no more are kept; says how many were.
        func fill(_ name: String) throws -> Int {
            for number in 0..<100 {
                let text = "\(name) \(number) " + String(repeating: "x", count: 100)
                do {
                    _ = bench.outcome(try bench.submit(String(text.prefix(100)), by: name).id)
                } catch TaskError.storageFull(retryAfter: 10) {
                    return number
                }
            }
            return 100
        }
        let (first, second, third) = (try fill("one"), try fill("two"), try fill("three"))
        #expect(first > 25 && first < 35 && second > 4 && third > 0)
        // What goes makes room for its owner again, too.
        bench.time.pass(seconds: 100)
        #expect(try fill("one") == first)
    }

    @Test func whatWasAcceptedIsKeptPastTheBound() throws {
        let bench = Bench { $0.resultBytes = 20 }
        bench.making.hold()
        let tasks = try (0..<10).map { try bench.submit("a picture of \($0)") }
        bench.making.release()
        for task in tasks {
            #expect(bench.outcome(task.id) == .ready)
            #expect(bench.picture(task.id) != nil)
        }
    }

    @Test func noMoreTasksAreKnownThanMayBe() throws {
        let bench = Bench { $0.taskLimit = 2 }
        for text in ["a", "b"] { _ = bench.outcome(try bench.submit(text).id) }
        let error = TaskError.tooManyKnown(limit: 2, retryAfter: 10)
        #expect(throws: error) { try bench.submit("c") }
        #expect(bench.notices == [error])
        bench.time.pass(seconds: 3600)
        _ = try bench.submit("c")
    }

    @Test func aNamespaceHasSoManyTasksUnderWay() throws {
        let bench = Bench { $0.activeLimit = 2 }
        bench.making.hold()
        var order = try bench.order("a cat")
        order.activeLimit = nil
        let tasks = try (0..<2).map { _ in try bench.workshop.submit(order, by: Namespace("one")) }
        #expect(throws: TaskError.tooManyActive(limit: 2, retryAfter: 1)) {
            try bench.workshop.submit(order, by: Namespace("one"))
        }
        // That is the caller's own bound.
        #expect(bench.notices == [])
        _ = try bench.workshop.submit(order, by: Namespace("two"))
        order.activeLimit = 3
        _ = try bench.workshop.submit(order, by: Namespace("one"))
        bench.making.release()
        for task in tasks { #expect(bench.outcome(task.id) == .ready) }
        order.activeLimit = nil
        _ = try bench.workshop.submit(order, by: Namespace("one"))
    }
}
