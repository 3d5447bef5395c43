internal import Synchronization
internal import System

/// Emulated time: the one clock of the emulated services.
///
/// It shows the machine's time until somebody freezes, scales or moves it, for all API keys or for one. A key whose time was
/// changed alone has a timeline of its own from then on; all others share one. Time never goes backwards. What is due when
/// time moves is the `Agenda`'s to run, so that `Agenda.advance` is the way to move it.
public final class Clock: Sendable {
    /// Whether anything was ever changed. While it was not, a reading costs this one look.
    private let isChanged: Atomic<Bool>
    /// From real to emulated time while nothing is changed.
    private let offset: Int64
    private let state: Locked<State>
    private let generation = Atomic<UInt>(0)

    private struct State {
        var shared: Timeline
        var own: [KeyID: Timeline] = [:]
        var whenChanged: (@Sendable () -> Void)?

        func timeline(_ key: KeyID?) -> Timeline { key.flatMap { own[$0] } ?? shared }
    }

    /// A clock that shows the machine's time of this moment, and goes on by the clock that only goes forward: setting the
    /// machine's time moves nothing.
    public convenience init() { self.init(at: .machine) }

    /// A clock that begins at an instant; frozen, it stands there until it is moved.
    public init(at instant: Instant, frozen isFrozen: Bool = false) {
        let now = Ticks.now
        offset = instant.nanoseconds - now.nanoseconds
        var timeline = Timeline(instant, since: now)
        if isFrozen { timeline.freeze(at: now) }
        state = Locked(State(shared: timeline))
        isChanged = Atomic(isFrozen)
    }

    /// What time it is for a key, or for all keys without a timeline of their own.
    @inline(__always)
    public func now(for key: KeyID? = nil) -> Instant {
        if !isChanged.load(ordering: .relaxed) { return Instant(nanoseconds: Ticks.now.nanoseconds &+ offset) }
        return movedNow(key)
    }

    private func movedNow(_ key: KeyID?) -> Instant { state.withLock { $0.timeline(key).now(at: .now) } }

    /// The real moment at which it is an instant for a key; `never` if its time stands still before.
    public func ticks(of instant: Instant, for key: KeyID? = nil) -> Ticks {
        state.withLock { $0.timeline(key).ticks(of: instant, at: .now) }
    }

    /// How much emulated time passes for a key while so much real time does.
    public func emulated(_ real: Interval, for key: KeyID? = nil) -> Interval {
        if !isChanged.load(ordering: .relaxed) { return real }
        let rate = state.withLock { $0.timeline(key).rate }
        return rate == 1 ? real : real.scaled(by: rate)
    }

    /// Changes whenever any timeline is changed: what was derived from the time may be out of date then.
    public var changes: UInt { generation.load(ordering: .acquiring) }

    /// A timeline as it is now.
    public struct Reading: Equatable, Sendable {
        public let now: Instant
        public let isRunning: Bool
        public let rate: Double
    }

    public func reading(of key: KeyID? = nil) -> Reading {
        state.withLock { state in
            let timeline = state.timeline(key)
            return Reading(now: timeline.now(at: .now), isRunning: !timeline.isFrozen, rate: timeline.rate)
        }
    }

    /// The keys that have a timeline of their own.
    public var ownTimelines: [KeyID] { state.withLock { Array($0.own.keys) } }

    // MARK: - Changing it

    /// Stops the time of a key, or of all.
    public func freeze(_ key: KeyID? = nil) { change(key) { $0.freeze(at: $1) } }

    /// Lets the time of a key, or of all, run on; so many times as fast as real time, if that is given.
    public func run(_ key: KeyID? = nil, rate: Double? = nil) {
        precondition(rate ?? 1 > 0, "time does not run backwards")
        change(key) { $0.run(rate: rate, at: $1) }
    }

    /// Moves the time of a key, or of the keys that share one, to an instant. Nothing that is due is run by this.
    func move(_ key: KeyID?, to instant: Instant) {
        state.withLock { state in
            let now = Ticks.now
            if let key {
                state.own[key, default: state.shared].move(to: instant, at: now)
            } else {
                state.shared.move(to: instant, at: now)
            }
            isChanged.store(true, ordering: .relaxed)
        }
        generation.add(1, ordering: .releasing)
    }

    /// Gives a key a timeline of its own, which shows what it has shown so far.
    func separate(_ key: KeyID) {
        state.withLock { state in
            if state.own[key] == nil { state.own[key] = state.shared }
            isChanged.store(true, ordering: .relaxed)
        }
    }

    private func change(_ key: KeyID?, _ change: (inout Timeline, Ticks) -> Void) {
        let whenChanged = state.withLock { state in
            let now = Ticks.now
            if let key {
                change(&state.own[key, default: state.shared], now)
            } else {
                change(&state.shared, now)
                for key in state.own.keys { change(&state.own[key, default: state.shared], now) }
            }
            isChanged.store(true, ordering: .relaxed)
            return state.whenChanged
        }
        generation.add(1, ordering: .releasing)
        whenChanged?()
    }

    /// Puts keys back to the shared timeline, which goes on from the latest of all, since no time goes backwards; `nil` stands
    /// for all keys, and lets the shared timeline run at the machine's pace again.
    public func reset(_ key: KeyID? = nil) {
        let whenChanged = state.withLock { state in
            if let key {
                state.own[key] = nil
            } else {
                state.own = [:]
                let now = Ticks.now
                state.shared = Timeline(max(Instant.machine, state.shared.now(at: now)), since: now)
            }
            return state.whenChanged
        }
        generation.add(1, ordering: .releasing)
        whenChanged?()
    }

    /// Has `body` called after each change that does not come from an `Agenda`.
    func whenChanged(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.whenChanged = body } }
}
