import System
import TestSupport
import Testing
import Time

@testable import Tasks

@Suite struct SameWorkTests {
    @Test func `equal work under way is done once`() throws {
        let test = TestTasks()
        test.making.hold()
        let first = try test.submit("a cat", by: "one")
        #expect(eventually { test.making.all == ["a cat"] })
        let others = try (0..<5).map { _ in try test.submit("a cat", by: "two") }
        test.making.release()
        for task in [first] + others {
            #expect(test.outcome(task.id) == .ready)
            #expect(test.picture(task.id) == "made of a cat")
        }
        #expect(test.making.all == ["a cat"])
        #expect(Set(([first] + others).map(\.id)).count == 6)
    }

    @Test func `equal work that is kept is ready at once`() throws {
        let test = TestTasks()
        let first = try test.submit("a cat")
        #expect(test.outcome(first.id) == .ready)
        test.pass(seconds: 60)
        let second = try test.submit("a cat")
        let view = test.view(second.id)
        #expect(view?.state == .ended(.ready) && view?.record.end?.finished == test.now)
        #expect(test.making.all == ["a cat"])
    }

    /// A worker tells of a task's end before it is done with the job.
    @Test func `equal work that comes while the end is told is ready at once`() throws {
        let test = TestTasks()
        test.making.hold()
        let first = try test.submit("a cat")
        let states = Locked<[TaskView.State?]>([])
        #expect(
            test.observe(first.id) { _ in
                let second = try? test.submit("a cat")
                states.withLock { $0.append(second.flatMap { test.view($0.id)?.state }) }
            })
        test.making.release()
        #expect(eventually { states.withLock { !$0.isEmpty } })
        #expect(states.withLock { $0 } == [.ended(.ready)])
        #expect(test.making.all == ["a cat"])
    }

    /// Kept or under way, each is made for itself, and is what it would be otherwise.
    @Test func `equal work is done for each task if sharing is off`() throws {
        let (test, sharing) = (TestTasks { ($0.sharesIdentical, $0.seed) = (false, 1) }, TestTasks { $0.seed = 1 })
        let first = try test.submit("a cat")
        #expect(test.outcome(first.id) == .ready)
        test.making.hold()
        let others = try (0..<2).map { _ in try test.submit("a cat") }
        #expect(others.allSatisfy { test.view($0.id)?.record.end == nil })
        test.making.release()
        for task in others {
            #expect(test.outcome(task.id) == .ready)
            #expect(test.picture(task.id) == "made of a cat")
        }
        #expect(test.making.all == ["a cat", "a cat", "a cat"])
        #expect(try (0..<3).map { _ in try sharing.submit("a cat").id } == ([first] + others).map(\.id))
    }

    @Test func `each task shows a shared picture for its own lifetime`() throws {
        let test = TestTasks { $0.resultLifetime = .seconds(100) }
        let first = try test.submit("a cat")
        #expect(test.outcome(first.id) == .ready)
        test.pass(seconds: 60)
        let second = try test.submit("a cat")
        test.pass(seconds: 60)
        #expect(test.picture(first.id) == nil)
        #expect(test.picture(second.id) == "made of a cat")
        test.pass(seconds: 60)
        #expect(test.picture(second.id) == nil)
        let third = try test.submit("a cat")
        #expect(test.outcome(third.id) == .ready)
        #expect(test.making.all == ["a cat", "a cat"])
    }

    @Test(arguments: [true, false])
    func `a shorter lifetime does not cut a longer one of the same picture`(isKept: Bool) throws {
        let test = TestTasks { $0.resultLifetime = .seconds(100) }
        if !isKept { test.making.hold() }
        let long = try test.submit("a cat")
        if isKept { #expect(test.outcome(long.id) == .ready) }
        var order = try test.order("a cat")
        order.resultLifetime = .seconds(10)
        let short = try test.service.submit(order, by: Namespace("someone"))
        test.making.release()
        for task in [long, short] { #expect(test.outcome(task.id) == .ready) }
        test.pass(seconds: 50)
        #expect(test.picture(short.id) == nil)
        #expect(test.picture(long.id) == "made of a cat")
    }

    @Test func `failed work is done again for the next task`() throws {
        let test = TestTasks()
        let first = try test.submit("fail")
        _ = test.outcome(first.id)
        let second = try test.submit("fail")
        _ = test.outcome(second.id)
        #expect(test.making.all == ["fail", "fail"])
    }

    @Test func `another recipe is other work`() throws {
        let test = TestTasks()
        let first = try test.submit("a cat")
        let second = try test.service.submit(test.order("a cat", canvas: 200), by: Namespace("someone"))
        #expect(test.outcome(first.id) == .ready)
        #expect(test.outcome(second.id) == .ready)
        #expect(test.making.all == ["a cat", "a cat"])
    }

    @Test func `shared work is done at the first turn of any namespace that wants it`() throws {
        let test = TestTasks()
        test.making.hold()
        let blocker = try test.submit("blocker", by: "one")
        #expect(eventually { test.service.counts.running == 1 })
        for number in 0..<10 { _ = try test.submit("one's \(number)", by: "one") }
        _ = try test.submit("wanted by both", by: "one")
        let wanted = try test.submit("wanted by both", by: "two")
        test.making.release()
        #expect(test.outcome(blocker.id) == .ready)
        #expect(test.outcome(wanted.id) == .ready)
        #expect(eventually { test.making.all.count == 12 })
        #expect(test.making.all.prefix(4).contains("wanted by both"))
    }
}
