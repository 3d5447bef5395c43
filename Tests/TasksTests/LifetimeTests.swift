import TestSupport
import Testing
import Time

@testable import Tasks

@Suite struct LifetimeTests {
    @Test func `a picture expires before its task is forgotten`() throws {
        let test = TestTasks {
            $0.resultLifetime = .seconds(600)
            $0.taskRetention = .seconds(3600)
        }
        let task = try test.submit("a cat")
        #expect(test.outcome(task.id) == .ready)
        #expect(test.view(task.id)?.record.resultExpires == test.now + .seconds(600))
        test.pass(seconds: 599)
        #expect(test.picture(task.id) != nil)
        test.pass(seconds: 1)
        #expect(test.picture(task.id) == nil)
        #expect(test.view(task.id)?.state == .ended(.ready))
        test.pass(seconds: 2999)
        #expect(test.view(task.id) != nil)
        test.pass(seconds: 1)
        let forgotten = test.view(task.id)
        #expect(forgotten == nil)
    }

    @Test func `an order can set how long its picture is kept`() throws {
        let test = TestTasks {
            $0.resultLifetime = .seconds(600)
            $0.taskRetention = .seconds(3600)
        }
        var order = try test.order("a cat")
        order.resultLifetime = .seconds(7200)
        let task = try test.service.submit(order, by: Namespace("someone"))
        #expect(test.outcome(task.id) == .ready)
        test.pass(seconds: 7199)
        #expect(test.picture(task.id) == "made of a cat")
        test.pass(seconds: 1)
        #expect(test.picture(task.id) == nil)
        let forgotten = test.view(task.id)
        #expect(forgotten == nil)
    }

    @Test func `a picture with the longest lifetime never expires`() throws {
        let test = TestTasks()
        var order = try test.order("a cat")
        order.resultLifetime = .longest
        let task = try test.service.submit(order, by: Namespace("someone"))
        #expect(test.outcome(task.id) == .ready)
        test.pass(seconds: 1_000_000_000)
        #expect(test.picture(task.id) == "made of a cat")
    }

    @Test func `an unfinished task is never forgotten`() throws {
        let test = TestTasks()
        test.making.hold()
        let task = try test.submit("a cat")
        // The picture is not made, so that the agenda would wait for it.
        test.jump(seconds: 1_000_000)
        #expect(test.view(task.id) != nil)
        test.making.release()
        #expect(test.outcome(task.id) == .ready)
        #expect(test.picture(task.id) == "made of a cat")
    }

    @Test func `nothing is left of tasks that are forgotten`() throws {
        let test = TestTasks()
        let tasks = try (0..<50).map { try test.submit("cat \($0)") }
        for task in tasks { #expect(test.outcome(task.id) == .ready) }
        test.pass(seconds: 3600)
        let counts = test.service.counts
        #expect(counts.tasks == 0 && counts.pictures == 0 && counts.memoryBytes == 0 && counts.fileBytes == 0)
    }
}
