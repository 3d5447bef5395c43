import Bytes
import TestSupport
import Testing
import Time

@testable import Tasks

@Suite struct BoundTests {
    @Test func `a full queue refuses a task and keeps nothing of it`() throws {
        let test = TestTasks { $0.queueLength = 3 }
        test.making.hold()
        _ = try test.submit("first", cost: 5)
        #expect(eventually { test.service.counts.running == 1 })
        let before = test.service.balance(of: Namespace("someone"))
        for number in 0..<3 { _ = try test.submit("waiting \(number)") }
        #expect(throws: TaskError.queueFull(retryAfter: 1)) { try test.submit("one more", cost: 5) }
        #expect(test.refusals == [.queueFull(retryAfter: 1)])
        // Nothing of what was refused is left.
        #expect(test.service.balance(of: Namespace("someone")) == before)
        #expect(test.service.counts.tasks == 4)
        test.making.release()
        #expect(eventually { test.service.counts.waiting == 0 })
        _ = try test.submit("one more")
    }

    @Test func `several orders are accepted together or not at all`() throws {
        let test = TestTasks {
            $0.queueLength = 3
            $0.balance = 100
        }
        test.making.hold()
        let first = try test.submit("first", cost: 10)
        #expect(eventually { test.service.counts.running == 1 })
        func submit(_ count: Int, cost: Int64, limit: Int = .max) throws -> [TaskRecord] {
            let orders = try (0..<count).map { number in
                var order = try test.order("number \(number)", cost: cost)
                order.activeLimit = limit
                return order
            }
            return try test.service.submit(orders, by: Namespace("someone"))
        }
        #expect(throws: TaskError.queueFull(retryAfter: 1)) { try submit(4, cost: 1) }
        #expect(throws: TaskError.insufficientCredits(balance: 90)) { try submit(3, cost: 31) }
        #expect(throws: TaskError.tooManyActive(limit: 3, retryAfter: 1)) { try submit(3, cost: 1, limit: 3) }
        #expect(test.service.balance(of: Namespace("someone")) == 90 && test.service.counts.tasks == 1)
        let three = try submit(3, cost: 30, limit: 4)
        #expect(Set(three.map(\.id)).count == 3 && test.service.balance(of: Namespace("someone")) == 0)
        test.making.release()
        for task in three + [first] { #expect(test.outcome(task.id) == .ready) }
        #expect(try submit(0, cost: 1).isEmpty)
    }

    @Test func `input images are refused past the bound on their bytes`() throws {
        let test = TestTasks {
            $0.queueBytes = 1000
            $0.imageMemory = 100
        }
        var kept: [InputImage] = []
        for _ in 0..<10 { kept.append(try test.service.input(ByteBuffer(String(repeating: "x", count: 100)))) }
        #expect(throws: TaskError.queueFull(retryAfter: 1)) { try test.service.input(ByteBuffer("x")) }
        kept = []
        _ = try test.service.input(ByteBuffer("x"))
    }

    @Test func `a finished task gives back the room of its input image`() throws {
        let test = TestTasks { $0.queueBytes = 10 }
        for number in 0..<5 {
            var task: TaskRecord?
            // The maker's thread lets go of the image a moment after the task has ended.
            #expect(
                eventually {
                    task = try? test.submit("number \(number)")
                    return task != nil
                })
            #expect(task.flatMap { test.outcome($0.id) } == .ready)
        }
    }

    @Test func `full storage refuses tasks until pictures expire`() throws {
        let test = TestTasks {
            $0.resultBytes = 20
            $0.resultLifetime = .seconds(100)
        }
        let first = try test.submit("0123456789abcdef")
        #expect(test.outcome(first.id) == .ready)
        #expect(throws: TaskError.storageFull(retryAfter: 10)) { try test.submit("more") }
        #expect(test.refusals == [.storageFull(retryAfter: 10)])
        test.pass(seconds: 100)
        let second = try test.submit("more")
        #expect(test.outcome(second.id) == .ready)
    }

    @Test func `one namespace cannot fill the storage for the others`() throws {
        let test = TestTasks {
            $0.resultBytes = 4000
            $0.resultLifetime = .seconds(100)
        }
        /// Has pictures of 100 bytes made for a namespace until no more are kept; says how many were.
        func fill(_ name: String) throws -> Int {
            for number in 0..<100 {
                let text = "\(name) \(number) " + String(repeating: "x", count: 100)
                do {
                    _ = test.outcome(try test.submit(String(text.prefix(100)), by: name).id)
                } catch TaskError.storageFull(retryAfter: 10) {
                    return number
                }
            }
            return 100
        }
        let (first, second, third) = (try fill("one"), try fill("two"), try fill("three"))
        #expect(first > 25 && first < 35 && second > 4 && third > 0)
        // What goes makes room for its owner again, too.
        test.pass(seconds: 100)
        #expect(try fill("one") == first)
    }

    @Test func `pictures of accepted tasks are kept past the bound on storage`() throws {
        let test = TestTasks { $0.resultBytes = 20 }
        test.making.hold()
        let tasks = try (0..<10).map { try test.submit("a picture of \($0)") }
        test.making.release()
        for task in tasks {
            #expect(test.outcome(task.id) == .ready)
            #expect(test.picture(task.id) != nil)
        }
    }

    @Test func `tasks past the bound on known tasks are refused until others are forgotten`() throws {
        let test = TestTasks { $0.taskLimit = 2 }
        for text in ["a", "b"] { _ = test.outcome(try test.submit(text).id) }
        let error = TaskError.tooManyKnown(limit: 2, retryAfter: 10)
        #expect(throws: error) { try test.submit("c") }
        #expect(test.refusals == [error])
        test.pass(seconds: 3600)
        _ = try test.submit("c")
    }

    @Test func `a namespace is refused tasks past its active limit`() throws {
        let test = TestTasks { $0.activeLimit = 2 }
        test.making.hold()
        var order = try test.order("a cat")
        order.activeLimit = nil
        let tasks = try (0..<2).map { _ in try test.service.submit(order, by: Namespace("one")) }
        #expect(throws: TaskError.tooManyActive(limit: 2, retryAfter: 1)) {
            try test.service.submit(order, by: Namespace("one"))
        }
        // That is the caller's own bound.
        #expect(test.refusals == [])
        _ = try test.service.submit(order, by: Namespace("two"))
        order.activeLimit = 3
        _ = try test.service.submit(order, by: Namespace("one"))
        test.making.release()
        for task in tasks { #expect(test.outcome(task.id) == .ready) }
        order.activeLimit = nil
        _ = try test.service.submit(order, by: Namespace("one"))
    }
}
