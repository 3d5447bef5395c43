import TestSupport
import Testing

@testable import Tasks

@Suite struct LifetimeTests {
    @Test func aPictureExpiresBeforeItsTaskIsForgotten() throws {
        let bench = Bench {
            $0.resultLifetime = .seconds(600)
            $0.taskRetention = .seconds(3600)
        }
        let task = try bench.submit("a cat")
        #expect(bench.outcome(task.id) == .ready)
        #expect(bench.workshop.task(task.id)?.record.resultExpires == bench.time.now + .seconds(600))
        bench.time.pass(seconds: 599)
        #expect(bench.picture(task.id) != nil)
        bench.time.pass(seconds: 1)
        #expect(bench.picture(task.id) == nil)
        #expect(bench.workshop.task(task.id)?.state == .ended(.ready))
        bench.time.pass(seconds: 2999)
        #expect(bench.workshop.task(task.id) != nil)
        bench.time.pass(seconds: 1)
        let forgotten = bench.workshop.task(task.id)
        #expect(forgotten == nil)
    }

    @Test func anOrderMayHaveItsOwnLifetime() throws {
        let bench = Bench {
            $0.resultLifetime = .seconds(600)
            $0.taskRetention = .seconds(3600)
        }
        var order = try bench.order("a cat")
        order.resultLifetime = .seconds(7200)
        let task = try bench.workshop.submit(order, by: Namespace("someone"))
        #expect(bench.outcome(task.id) == .ready)
        bench.time.pass(seconds: 7199)
        bench.workshop.sweep()
        #expect(bench.picture(task.id) == "made of a cat")
        bench.time.pass(seconds: 1)
        #expect(bench.picture(task.id) == nil)
        let forgotten = bench.workshop.task(task.id)
        #expect(forgotten == nil)
    }

    @Test func aLifetimeWithoutEndNeverEnds() throws {
        let bench = Bench()
        var order = try bench.order("a cat")
        order.resultLifetime = .max
        let task = try bench.workshop.submit(order, by: Namespace("someone"))
        #expect(bench.outcome(task.id) == .ready)
        bench.time.pass(seconds: 1_000_000_000)
        #expect(bench.picture(task.id) == "made of a cat")
    }

    @Test func aTaskThatWaitsIsNeverForgotten() throws {
        let bench = Bench()
        bench.making.hold()
        let task = try bench.submit("a cat")
        bench.time.pass(seconds: 1_000_000)
        bench.workshop.sweep()
        #expect(bench.workshop.task(task.id) != nil)
        bench.making.release()
        #expect(bench.outcome(task.id) == .ready)
        #expect(bench.picture(task.id) == "made of a cat")
    }

    @Test func aSweepLeavesNothingOfWhatIsOver() throws {
        let bench = Bench()
        let tasks = try (0..<50).map { try bench.submit("cat \($0)") }
        for task in tasks { #expect(bench.outcome(task.id) == .ready) }
        bench.time.pass(seconds: 3600)
        bench.workshop.sweep()
        let counts = bench.workshop.counts
        #expect(counts.tasks == 0 && counts.pictures == 0 && counts.memoryBytes == 0 && counts.fileBytes == 0)
    }
}
