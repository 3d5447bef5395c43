import System
import TestSupport
import Testing

@testable import Tasks

@Suite struct EndTests {
    @Test func stoppingEndsWhatRunsAndWhatWaits() throws {
        let bench = Bench { $0.balance = 100 }
        let running = try bench.submit("long work", cost: 10)
        #expect(eventually { bench.making.all == ["long work"] })
        let waiting = try bench.submit("waiting", cost: 10)
        let told = Locked(0)
        for task in [running, waiting] {
            #expect(bench.workshop.whenDone(task.id) { _ in told.withLock { $0 += 1 } })
        }
        #expect(bench.workshop.stop() == (waiting: 1, running: 1))
        for task in [running, waiting] { #expect(bench.workshop.task(task.id)?.state == .ended(.stopped)) }
        #expect(told.withLock { $0 } == 2)
        #expect(bench.making.all == ["long work"])
        #expect(bench.workshop.balance(of: Namespace("someone")) == 100)
        #expect(throws: TaskError.stopping) { try bench.submit("more") }
        #expect(bench.notices == [])
        #expect(bench.workshop.stop() == (waiting: 0, running: 0))
    }

    @Test func anAwaitedTaskIsOneUntilItsObserverHasReturned() throws {
        let bench = Bench()
        bench.making.hold()
        let tasks = try ["a cat", "a dog"].map { try bench.submit($0) }
        let seen = Locked<[Int]>([])
        for task in tasks {
            _ = bench.workshop.whenDone(task.id, isAwaited: true) { [unowned bench] _ in
                let awaited = bench.workshop.awaited
                seen.withLock { $0.append(awaited) }
            }
            _ = bench.workshop.whenDone(task.id) { _ in }
        }
        #expect(bench.workshop.awaited == 2)
        bench.making.release()
        #expect(eventually { bench.workshop.awaited == 0 })
        #expect(seen.withLock { $0 } == [2, 1])
        // One that has ended is told at once.
        _ = bench.workshop.whenDone(tasks[0].id, isAwaited: true) { _ in }
        #expect(bench.workshop.awaited == 0)
    }

    @Test func aWorkshopThatNobodyHasStops() throws {
        weak var weakly: Workshop?
        do {
            let workshop = Workshop()
            weakly = workshop
        }
        #expect(weakly == nil)
    }

    @Test func anObserverIsToldOnceWithTheEnd() throws {
        let bench = Bench()
        bench.making.hold()
        let told = Locked<[Snapshot]>([])
        let tasks = try ["a cat", "a cat", "fail"].map { try bench.submit($0) }
        for task in tasks {
            #expect(bench.workshop.whenDone(task.id) { snapshot in told.withLock { $0.append(snapshot) } })
        }
        bench.making.release()
        #expect(eventually { told.withLock { $0.count } == 3 })
        for task in tasks {
            let mine = told.withLock { $0.filter { $0.id == task.id } }
            #expect(mine.count == 1)
            #expect(mine.first?.state == bench.workshop.task(task.id)?.state)
        }
    }

    @Test func anObserverThatComesLateIsToldAtOnce() throws {
        let bench = Bench()
        let task = try bench.submit("a cat")
        _ = bench.outcome(task.id)
        let told = Locked(false)
        #expect(
            bench.workshop.whenDone(task.id) { snapshot in told.withLock { $0 = snapshot.state == .ended(.ready) } })
        #expect(told.withLock { $0 })
    }

    @Test func whatAnObserverIsToldCanBeHad() throws {
        let bench = Bench()
        bench.making.hold()
        let task = try bench.submit("a cat")
        let seen = Locked<String?>(nil)
        let isKnown = bench.workshop.whenDone(task.id) { [unowned bench] snapshot in
            let text = bench.picture(snapshot.id)
            seen.withLock { $0 = text }
        }
        #expect(isKnown)
        bench.making.release()
        #expect(eventually { seen.withLock { $0 } == "made of a cat" })
    }
}
