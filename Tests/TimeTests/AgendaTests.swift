import Bytes
import System
import TestSupport
import Testing

@testable import Time

@Suite struct AgendaTests {
    private let test = TestAgenda()
    private let one = KeyID(1)
    private let two = KeyID(2)

    // MARK: - Order

    @Test func `entries run in the order of their instants and then in the order they were added`() {
        for (id, seconds) in [(1, 4), (2, 2), (3, 3), (4, 2), (5, 1)] as [(UInt128, Int)] {
            test.add(id, one, after: seconds)
        }
        let events = test.agenda.advance(nil, .by(.seconds(3)))
        #expect(test.run == [5, 2, 4, 3])
        #expect(events.map(\.id) == [5, 2, 4, 3])
        #expect(events.map(\.due) == [1, 2, 2, 3].map { test.start + .seconds($0) })
        #expect(events.allSatisfy { "\($0.source)" == "test" && $0.key == one })
        #expect(test.agenda.count == 1)
        test.agenda.advance(nil, .to(test.start + .seconds(4)))
        #expect(test.run == [5, 2, 4, 3, 1])
    }

    @Test func `a handler sees the instant at which its entry is due`() {
        test.add(1, one, after: 3)
        test.add(2, one, after: 7)
        test.agenda.advance(nil, .by(.seconds(10)))
        #expect(test.times == [3, 7].map { test.start + .seconds($0) })
        #expect(test.clock.now() == test.start + .seconds(10))
    }

    @Test func `entries that a handler adds run too if they are due by the target`() {
        test.whenRun { test, id in if id < 10 { test.add(id + 1, KeyID(1), after: Int(id) * 2) } }
        test.add(1, one, after: 0)
        test.agenda.advance(nil, .by(.seconds(7)))
        #expect(test.run == [1, 2, 3, 4] && test.agenda.count == 1)
        #expect(test.times.map { ($0 - test.start).seconds } == [0, 2, 4, 6])
    }

    @Test func `an entry that is due already runs at the present instant, by the next advance at the latest`() {
        test.agenda.advance(nil, .by(.seconds(10)))
        test.agenda.add(test.source, 1, for: one, at: test.start)
        test.agenda.advance(nil, .by(.zero))
        #expect(test.run == [1] && test.times == [test.start + .seconds(10)])
    }

    @Test func `an entry that is never due is not kept`() {
        test.agenda.add(test.source, 1, for: one, at: .never)
        #expect(test.agenda.count == 0)
    }

    @Test func `each source has its own entries`() {
        let others = Locked<[UInt128]>([])
        let other = test.agenda.source("other") { id, _ in
            others.withLock { $0.append(id) }
            return { "other" }
        }
        test.add(1, one, after: 1)
        test.agenda.add(other, 2, for: one, at: test.start + .seconds(1))
        #expect(test.agenda.hasEntries(of: other, before: .never) == false)
        let events = test.agenda.advance(nil, .by(.seconds(1)))
        #expect(events.map { "\($0.source)" } == ["test", "other"])
        #expect(test.run == [1] && others.withLock { $0 } == [2])
    }

    @Test(arguments: 0..<10)
    func `the same entries come in the same order however often and far time is advanced`(seed: UInt64) {
        func run(_ steps: [Int]) -> [UInt128] {
            let test = TestAgenda()
            var random = Seeded(seed)
            for id in 0..<100 {
                test.add(UInt128(id), KeyID(UInt128(random.next() % 3)), after: Int(random.next() % 20))
            }
            for step in steps { test.agenda.advance(nil, .by(.seconds(step))) }
            return test.run
        }
        #expect(run([20]) == run(Array(repeating: 1, count: 20)) && run([20]).count == 100)
    }

    // MARK: - Timelines

    @Test func `advancing one key runs only its entries and moves only its time`() {
        test.add(1, one, after: 1)
        test.add(2, two, after: 1)
        let events = test.agenda.advance(one, .by(.seconds(5)))
        #expect(test.run == [1] && events.map(\.key) == [one])
        #expect(test.clock.now(for: one) == test.start + .seconds(5) && test.clock.now(for: two) == test.start)
        test.agenda.advance(two, .by(.seconds(1)))
        #expect(test.run == [1, 2])
    }

    @Test func `advancing all moves each timeline from where it is, and merges entries by the time that passes`() {
        test.agenda.advance(one, .by(.hours(1)))
        test.agenda.add(test.source, 1, for: one, at: test.start + .hours(1) + .seconds(2))
        test.add(2, two, after: 1)
        test.add(3, two, after: 3)
        test.agenda.advance(nil, .by(.seconds(4)))
        #expect(test.run == [2, 1, 3])
        #expect(test.clock.now(for: one) == test.start + .hours(1) + .seconds(4))
        #expect(test.clock.now(for: two) == test.start + .seconds(4))
    }

    @Test func `advancing all to an instant leaves timelines that are past it`() {
        test.agenda.advance(one, .by(.hours(1)))
        test.agenda.advance(nil, .to(test.start + .seconds(10)))
        #expect(test.clock.now(for: one) == test.start + .hours(1))
        #expect(test.clock.now(for: two) == test.start + .seconds(10))
    }

    @Test func `entries of a key follow it to its own timeline and back`() {
        test.add(1, one, after: 10)
        test.clock.freeze(one)
        test.agenda.advance(two, .by(.hours(1)))
        #expect(test.run == [] && test.agenda.count == 1)
        test.clock.reset(one)
        test.agenda.advance(nil, .by(.seconds(10)))
        #expect(test.run == [1])
    }

    // MARK: - While time runs

    @Test func `entries run by themselves while time runs, and not while it stands still`() {
        test.add(1, one, after: 0)
        #expect(eventually { test.run == [1] })
        test.agenda.add(test.source, 2, for: one, at: test.start + .milliseconds(1))
        pause(milliseconds: 5)
        #expect(test.run == [1])
        test.clock.run()
        #expect(eventually { test.run == [1, 2] })
        test.agenda.add(test.source, 3, for: one, at: test.clock.now() + .milliseconds(1))
        #expect(eventually { test.run == [1, 2, 3] })
    }

    @Test func `a rate that is changed brings entries forward`() {
        test.add(1, one, after: 3600)
        test.clock.run()
        pause(milliseconds: 2)
        #expect(test.run == [])
        test.clock.run(one, rate: 10_000_000)
        #expect(eventually { test.run == [1] })
    }

    @Test func `hasEntries tells whether a source has entries that will be due before a moment`() {
        test.add(1, one, after: 10)
        #expect(!test.agenda.hasEntries(of: test.source, before: .never))
        test.clock.run()
        #expect(test.agenda.hasEntries(of: test.source, before: .now + .seconds(11)))
        #expect(!test.agenda.hasEntries(of: test.source, before: .now + .seconds(1)))
    }

    // MARK: - Work

    @Test func `advance waits for work that an entry began before it goes on`() throws {
        let works = Locked<[Agenda.Work]>([])
        test.whenRun { test, id in if id == 1 { works.withLock { $0.append(test.agenda.begin(for: KeyID(1))) } } }
        test.add(1, one, after: 1)
        test.add(2, one, after: 2)
        let thread = try inBackground { test.agenda.advance(nil, .by(.seconds(10))) }
        #expect(eventually { test.run == [1] && test.agenda.isWorking })
        pause(milliseconds: 5)
        #expect(test.run == [1] && test.clock.now() == test.start + .seconds(1))
        // The work has an entry added, which comes in its turn.
        test.agenda.add(test.source, 3, for: one, at: test.start + .milliseconds(1500))
        works.withLock { $0 = [] }
        thread.take().join()
        #expect(test.run == [1, 3, 2] && !test.agenda.isWorking)
    }

    @Test func `advance of one key does not wait for the work of another`() {
        let work = test.agenda.begin(for: two)
        test.add(1, one, after: 1)
        test.agenda.advance(one, .by(.seconds(1)))
        #expect(test.run == [1] && test.agenda.isWorking)
        withExtendedLifetime(work) {}
    }

    @Test func `advance waits for an entry that runs by itself at the moment`() throws {
        let isHeld = Locked(true)
        test.whenRun { _, id in if id == 1 { isHeld.wait { $0 ? .again : .done(()) } } }
        test.add(1, one, after: 0)
        #expect(eventually { test.begun == [1] })
        let isDone = Locked(false)
        let thread = try inBackground {
            test.agenda.advance(one, .by(.seconds(1)))
            isDone.withLock { $0 = true }
        }
        pause(milliseconds: 5)
        #expect(!isDone.withLock { $0 })
        isHeld.update { $0 = false }
        thread.take().join()
        #expect(test.run == [1])
    }

    // MARK: - Several callers

    @Test func `two advances of one key come one after the other`() throws {
        for second in 1...100 { test.add(UInt128(second), one, after: second) }
        try onThreads(4) { test.agenda.advance(KeyID(1), .by(.seconds(25))) }
        #expect(test.run == (1...100).map { UInt128($0) })
        #expect(test.clock.now(for: one) == test.start + .seconds(100))
    }

    @Test func `advances of different keys do not wait for each other`() throws {
        let isHeld = Locked(true)
        test.whenRun { _, id in if id == 1 { isHeld.wait { $0 ? .again : .done(()) } } }
        test.agenda.advance(one, .by(.zero))
        test.agenda.add(test.source, 1, for: one, at: test.start + .seconds(1))
        let thread = try inBackground { test.agenda.advance(KeyID(1), .by(.seconds(1))) }
        #expect(eventually { test.begun == [1] })
        test.add(2, two, after: 1)
        test.agenda.advance(two, .by(.seconds(1)))
        #expect(test.run == [2])
        isHeld.update { $0 = false }
        thread.take().join()
        #expect(test.run == [2, 1])
    }

    @Test func `an advance of all includes a key that is advanced for the first time meanwhile`() throws {
        let isHeld = Locked(true)
        test.whenRun { _, id in if id == 1 { isHeld.wait { $0 ? .again : .done(()) } } }
        test.add(1, two, after: 1)
        test.add(2, one, after: 2)
        let all = try inBackground { test.agenda.advance(nil, .by(.seconds(5))) }
        #expect(eventually { test.begun == [1] })
        let single = try inBackground { test.agenda.advance(KeyID(1), .by(.seconds(7))) }
        pause(milliseconds: 5)
        isHeld.update { $0 = false }
        all.take().join()
        single.take().join()
        #expect(test.run == [1, 2])
        #expect(test.clock.now(for: one) == test.start + .seconds(12) && test.clock.now() == test.start + .seconds(5))
    }

    @Test func `threads that add, advance and change the rate lose no entry and run none twice`() throws {
        let ids = Locked(UInt128(0))
        try onThreads(4) {
            var random = Seeded(UInt64(ids.withLock { $0 }))
            for _ in 0..<200 {
                let key = KeyID(UInt128(random.next() % 3))
                let id = ids.withLock { ids in
                    ids += 1
                    return ids
                }
                let due = test.clock.now(for: key) + .milliseconds(Int(random.next() % 3000))
                test.agenda.add(test.source, id, for: key, at: due)
                switch random.next() % 10 {
                case 0: test.clock.freeze(key)
                case 1: test.clock.run(key, rate: 5)
                case 2: test.agenda.advance(nil, .by(.seconds(1)))
                case 3, 4: test.agenda.advance(key, .by(.seconds(1)))
                default: break
                }
            }
        }
        test.agenda.advance(nil, .by(.seconds(10)))
        #expect(test.run.sorted() == (1...800).map { UInt128($0) } && test.agenda.count == 0)
    }

    // MARK: - Reset and stop

    @Test func `a reset removes the entries of a key or of all`() {
        test.agenda.advance(two, .by(.hours(1)))
        test.add(1, one, after: 1)
        test.agenda.add(test.source, 2, for: two, at: test.start + .hours(1) + .seconds(1))
        test.add(3, KeyID(3), after: 1)
        test.agenda.reset(one)
        test.agenda.reset(two)
        #expect(test.agenda.count == 1)
        // The key has its own time still.
        test.agenda.add(test.source, 4, for: two, at: test.start + .seconds(1800))
        test.agenda.advance(two, .by(.zero))
        #expect(test.run == [4])
        test.agenda.reset()
        #expect(test.agenda.count == 0 && test.agenda.advance(nil, .by(.hours(2))).isEmpty)
    }

    /// The time of what was reset is that of the reset.
    @Test(arguments: [KeyID(1), nil])
    func `a reset ends an advance that waits for work, and nothing moves any more`(key: KeyID?) throws {
        let (agenda, clock) = (test.agenda, test.clock)
        let work = Locked<Agenda.Work?>(nil)
        test.whenRun { test, _ in work.withLock { $0 = test.agenda.begin(for: KeyID(1)) } }
        test.add(1, one, after: 3)
        let advance = try inBackground { agenda.advance(KeyID(1), .by(.seconds(10))) }
        #expect(eventually { work.withLock { $0 != nil } })
        agenda.reset(key)
        clock.reset(key)
        clock.freeze()
        let reset = clock.now()
        advance.take().join()
        #expect(!clock.ownTimelines.contains(one))
        #expect(clock.now(for: one) == reset && clock.now() == reset)
        work.withLock { $0 = nil }
    }

    @Test func `a reset while an entry runs by itself does not end later advances`() throws {
        let isHeld = Locked(true)
        test.whenRun { _, id in if id == 1 { isHeld.wait { $0 ? .again : .done(()) } } }
        test.add(1, one, after: 0)
        #expect(eventually { test.begun == [1] })
        test.agenda.reset()
        isHeld.update { $0 = false }
        #expect(eventually { test.run == [1] })
        test.add(2, one, after: 5)
        test.agenda.advance(nil, .by(.seconds(10)))
        #expect(test.run == [1, 2])
    }

    @Test func `after a stop nothing runs and nothing is waited for`() {
        let work = test.agenda.begin(for: one)
        test.add(1, one, after: 1)
        test.agenda.stop()
        #expect(test.agenda.advance(nil, .by(.seconds(5))).isEmpty && test.run == [])
        test.clock.run(rate: 1000)
        pause(milliseconds: 5)
        #expect(test.run == [])
        withExtendedLifetime(work) {}
    }

    @Test func `a stop ends an advance that waits for work`() throws {
        let work = test.agenda.begin(for: one)
        let thread = try inBackground { test.agenda.advance(nil, .by(.seconds(5))) }
        pause(milliseconds: 2)
        test.agenda.stop()
        thread.take().join()
        withExtendedLifetime(work) {}
    }

    @Test func `an agenda tells of a limited number of events`() {
        for id in 0..<10_010 { test.add(UInt128(id), one, after: 1) }
        let events = test.agenda.advance(nil, .by(.seconds(1)))
        #expect(events.count == 10_000 && test.run.count == 10_010)
    }

    private func inBackground(_ body: @escaping @Sendable () -> Void) throws -> TransferBox<Thread> {
        TransferBox(try Thread("background", body))
    }
}

/// An agenda on a clock that stands still, with one source that notes what was run.
private final class TestAgenda: Sendable {
    let start = Instant(secondsSince1970: 1000)
    let clock: Clock
    let agenda: Agenda
    private let alarms = Alarms()
    private let state = Locked(State())

    private struct State {
        var source: Agenda.Source?
        var begun: [UInt128] = []
        var run: [UInt128] = []
        var times: [Instant] = []
        var body: (@Sendable (TestAgenda, UInt128) -> Void)?
    }

    init() {
        clock = Clock(at: start, frozen: true)
        agenda = Agenda(clock, alarms: alarms)
        let source = agenda.source("test") { [weak self] id, _ in
            self?.handle(id)
            return { "test" }
        }
        state.withLock { $0.source = source }
    }

    deinit {
        agenda.stop()
        alarms.stop()
    }

    private func handle(_ id: UInt128) {
        let body = state.withLock { state in
            state.begun.append(id)
            // Keys of these tests have the time of the shared timeline here, or are alone.
            state.times.append(clock.now())
            return state.body
        }
        body?(self, id)
        state.withLock { $0.run.append(id) }
    }

    var source: Agenda.Source { state.withLock { $0.source! } }
    /// What was begun and what was run, in order, and when it was.
    var begun: [UInt128] { state.withLock { $0.begun } }
    var run: [UInt128] { state.withLock { $0.run } }
    var times: [Instant] { state.withLock { $0.times } }

    func whenRun(_ body: @escaping @Sendable (TestAgenda, UInt128) -> Void) { state.withLock { $0.body = body } }

    func add(_ id: UInt128, _ key: KeyID, after seconds: Int) {
        agenda.add(source, id, for: key, at: start + .seconds(seconds))
    }
}
