import System
import TestSupport
import Testing

@testable import Time

@Suite struct ClockTests {
    private let start = Instant(secondsSince1970: 1000)
    private let one = KeyID(1)
    private let two = KeyID(2)

    @Test func `a new clock shows the machine's time and goes forward`() {
        let clock = Clock()
        let (first, machine, second) = (clock.now(), Instant.machine, clock.now(for: one))
        #expect(first <= second)
        #expect(machine - first < .seconds(10) && first - machine < .seconds(10))
        #expect(clock.isShared && clock.ownTimelines.isEmpty)
    }

    @Test func `a clock can begin at an instant and stand still there`() {
        let clock = Clock(at: start, frozen: true)
        pause(milliseconds: 2)
        #expect(clock.now() == start && clock.now(for: one) == start)
        #expect(clock.reading() == Clock.Reading(now: start, isRunning: false, rate: 1))
        #expect(clock.ticks(of: start + .seconds(1)) == .never)
        #expect(clock.emulated(.seconds(1)) == .zero)
    }

    @Test func `a clock that runs again goes on from where it stood`() {
        let clock = Clock(at: start, frozen: true)
        clock.run()
        let now = clock.now()
        #expect(now >= start && now < start + .seconds(10))
        #expect(clock.reading().isRunning)
        #expect(eventually { clock.now() > now })
    }

    @Test func `freezing changes the time by nothing`() {
        let clock = Clock(at: start)
        let before = clock.now()
        clock.freeze()
        let frozen = clock.now()
        pause(milliseconds: 2)
        #expect(frozen >= before && clock.now() == frozen)
    }

    @Test func `a scaled clock runs at its rate and keeps it when it is frozen and run again`() {
        let clock = Clock(at: start, frozen: true)
        clock.run(rate: 1000)
        #expect(clock.reading().rate == 1000 && clock.emulated(.milliseconds(1)) == .seconds(1))
        let (real, emulated) = (Ticks.now, clock.now())
        pause(milliseconds: 5)
        #expect(clock.now() - emulated >= .seconds(5) && clock.now() - emulated <= (Ticks.now - real) * 1001)
        clock.freeze()
        clock.run()
        #expect(clock.reading().rate == 1000)
    }

    @Test func `the moment of an instant follows the rate`() {
        let clock = Clock(at: start, frozen: true)
        clock.run(rate: 10)
        let left = clock.ticks(of: start + .seconds(100)) - .now
        #expect(left <= .seconds(10) && left > .seconds(5))
    }

    @Test func `a key whose time is changed has a timeline of its own`() {
        let clock = Clock(at: start, frozen: true)
        clock.move(one, to: start + .hours(1))
        #expect(clock.now(for: one) == start + .hours(1))
        #expect(clock.now() == start && clock.now(for: two) == start)
        #expect(clock.ownTimelines == [one] && !clock.isShared)
        clock.move(nil, to: start + .seconds(5))
        #expect(clock.now(for: two) == start + .seconds(5) && clock.now(for: one) == start + .hours(1))
        clock.run(one)
        #expect(clock.reading(of: one).isRunning && !clock.reading(of: two).isRunning)
    }

    @Test func `freezing or running all keys reaches those with a timeline of their own`() {
        let clock = Clock(at: start)
        clock.move(one, to: start + .hours(1))
        clock.freeze()
        #expect(!clock.reading(of: one).isRunning && !clock.reading(of: two).isRunning)
        clock.run(rate: 2)
        #expect(clock.reading(of: one).rate == 2 && clock.reading(of: two).rate == 2)
        #expect(clock.now(for: one) >= start + .hours(1))
    }

    @Test func `no move takes a clock back`() {
        let clock = Clock(at: start, frozen: true)
        clock.move(nil, to: start - .seconds(1))
        clock.move(one, to: start - .seconds(1))
        #expect(clock.now() == start && clock.now(for: one) == start)
    }

    @Test(arguments: 0..<5)
    func `no sequence of changes takes a clock back`(seed: UInt64) {
        var random = Seeded(seed)
        let clock = Clock(at: start)
        let keys = [nil, one, two]
        var last = keys.map { clock.now(for: $0) }
        for _ in 0..<2000 {
            let key = keys[Int(random.next() % 3)]
            switch random.next() % 4 {
            case 0: clock.freeze(key)
            case 1: clock.run(key, rate: [nil, 0.5, 1, 100][Int(random.next() % 4)])
            case 2: clock.move(key, to: clock.now(for: key) + .seconds(Int(random.next() % 20) - 10))
            default: break
            }
            let now = keys.map { clock.now(for: $0) }
            for (before, after) in zip(last, now) { #expect(before <= after) }
            last = now
        }
    }

    @Test func `the number of changes tells of each change`() {
        let clock = Clock(at: start)
        var seen = clock.changes
        for change in [
            { clock.freeze() }, { clock.run(one) }, { clock.move(two, to: start + .hours(1)) }, { clock.reset() },
        ] {
            change()
            #expect(clock.changes != seen)
            seen = clock.changes
        }
        _ = clock.now()
        #expect(clock.changes == seen)
    }

    @Test func `a key that is reset has the shared time again`() {
        let clock = Clock(at: start, frozen: true)
        clock.move(one, to: start + .hours(1))
        clock.move(two, to: start + .hours(2))
        clock.reset(one)
        #expect(clock.now(for: one) == start && clock.now(for: two) == start + .hours(2))
        #expect(clock.ownTimelines == [two])
    }

    @Test func `a clock that is reset runs from the machine's time, or from its own if that is later`() {
        let clock = Clock(at: start, frozen: true)
        clock.move(one, to: start + .hours(1))
        clock.reset()
        #expect(clock.reading().isRunning && clock.now() - .machine < .seconds(10) && clock.ownTimelines.isEmpty)
        let later = Instant.machine + .hours(5)
        clock.move(nil, to: later)
        clock.reset()
        #expect(clock.now() >= later && clock.now(for: one) >= later)
    }

    @Test func `many threads may read a clock while it is changed`() throws {
        let clock = Clock(at: start)
        let isBack = Locked(false)
        try onThreads(4) {
            var last = clock.now(for: KeyID(1))
            for step in 0..<2000 {
                if step % 50 == 0 { clock.move(KeyID(1), to: clock.now(for: KeyID(1)) + .milliseconds(1)) }
                if step % 70 == 0 { clock.freeze(KeyID(1)) }
                if step % 70 == 10 { clock.run(KeyID(1)) }
                let now = clock.now(for: KeyID(1))
                if now < last { isBack.withLock { $0 = true } }
                last = now
            }
        }
        #expect(!isBack.withLock { $0 })
    }
}
