import System
import TestSupport
import Testing

@testable import Tasks

@Suite struct EndTests {
    @Test func `stopping fails the tasks that run and those that wait`() throws {
        let test = TestTasks { $0.balance = 100 }
        let running = try test.submit("long work", cost: 10)
        #expect(eventually { test.making.all == ["long work"] })
        let waiting = try test.submit("waiting", cost: 10)
        let told = Locked(0)
        for task in [running, waiting] {
            #expect(test.observe(task.id) { _ in told.withLock { $0 += 1 } })
        }
        #expect(test.service.stop() == (waiting: 1, running: 1, unsent: 0))
        for task in [running, waiting] { #expect(test.view(task.id)?.state == .ended(.stopped)) }
        #expect(told.withLock { $0 } == 2)
        #expect(test.making.all == ["long work"])
        #expect(test.service.balance(of: Namespace("someone")) == 100)
        #expect(throws: TaskError.stopping) { try test.submit("more") }
        #expect(test.refusals == [])
        #expect(test.service.stop() == (waiting: 0, running: 0, unsent: 0))
    }

    @Test func `a service is stopped and freed with its last reference`() throws {
        weak var weakly: TaskService?
        do {
            let service = TaskService()
            weakly = service
        }
        #expect(weakly == nil)
    }

    @Test func `an observer is called once with the final view`() throws {
        let test = TestTasks()
        test.making.hold()
        let told = Locked<[TaskView]>([])
        let tasks = try ["a cat", "a cat", "fail"].map { try test.submit($0) }
        for task in tasks {
            #expect(test.observe(task.id) { view in told.withLock { $0.append(view) } })
        }
        test.making.release()
        #expect(eventually { told.withLock { $0.count } == 3 })
        for task in tasks {
            let mine = told.withLock { $0.filter { $0.id == task.id } }
            #expect(mine.count == 1)
            #expect(mine.first?.state == test.view(task.id)?.state)
        }
    }

    @Test func `an observer of a task that has ended is called at once`() throws {
        let test = TestTasks()
        let task = try test.submit("a cat")
        _ = test.outcome(task.id)
        let told = Locked(false)
        #expect(
            test.observe(task.id) { view in told.withLock { $0 = view.state == .ended(.ready) } })
        #expect(told.withLock { $0 })
    }

    @Test func `the picture can be read when the observer is called`() throws {
        let test = TestTasks()
        test.making.hold()
        let task = try test.submit("a cat")
        let seen = Locked<String?>(nil)
        let isKnown = test.observe(task.id) { [unowned test] view in
            let text = test.picture(view.id)
            seen.withLock { $0 = text }
        }
        #expect(isKnown)
        test.making.release()
        #expect(eventually { seen.withLock { $0 } == "made of a cat" })
    }
}
