internal import Synchronization
internal import System

/// The emulated time of the services.
///
/// It follows the machine's time until a caller freezes, scales or moves it, for all API keys or for one. A key whose
/// time is changed individually gets its own timeline; all other keys share one. Time never goes backwards, except by
/// `reset` and `restore`. The `Agenda` runs what is due when time moves, so use `Agenda.advance` to move time.
public final class Clock: Sendable {
    /// Whether any timeline was ever changed. Until then, reading the time costs only this check.
    private let isChanged: Atomic<Bool>
    /// The offset from real to emulated time while nothing is changed.
    private let offset: Int64
    private let state: Locked<State>
    private let generation = Atomic<UInt>(0)

    private struct State {
        var shared: Timeline
        var own: [KeyID: Timeline] = [:]
        var whenChanged: (@Sendable () -> Void)?

        func timeline(_ key: KeyID?) -> Timeline { key.flatMap { own[$0] } ?? shared }
    }

    /// Creates a clock that starts at the machine's current time and follows the monotonic clock, so changes of the
    /// system time have no effect.
    public convenience init() { self.init(at: .machine) }

    /// Creates a clock that starts at an instant. If frozen, it stays there until it is moved.
    public init(at instant: Instant, frozen isFrozen: Bool = false) {
        let now = Ticks.now
        offset = instant.nanoseconds - now.nanoseconds
        var timeline = Timeline(instant, since: now)
        if isFrozen { timeline.freeze(at: now) }
        state = Locked(State(shared: timeline))
        isChanged = Atomic(isFrozen)
    }

    /// Whether all keys share the same time.
    public var isShared: Bool { !isChanged.load(ordering: .relaxed) }

    /// The time of a key where it may differ from that of others; `nil` while all keys have the same.
    public func ownTime(of key: KeyID) -> Instant? { isShared ? nil : now(for: key) }

    /// The current time of a key, or of all keys without their own timeline.
    @inline(__always)
    public func now(for key: KeyID? = nil) -> Instant {
        if !isChanged.load(ordering: .relaxed) { return Instant(nanoseconds: Ticks.now.nanoseconds &+ offset) }
        return movedNow(key)
    }

    private func movedNow(_ key: KeyID?) -> Instant { state.withLock { $0.timeline(key).now(at: .now) } }

    /// The real moment at which a key's time reaches an instant; `never` if its time is frozen before that.
    public func ticks(of instant: Instant, for key: KeyID? = nil) -> Ticks {
        state.withLock { $0.timeline(key).ticks(of: instant, at: .now) }
    }

    /// The emulated time that passes for a key during this much real time.
    public func emulated(_ real: Interval, for key: KeyID? = nil) -> Interval {
        if !isChanged.load(ordering: .relaxed) { return real }
        let timeline = state.withLock { $0.timeline(key) }
        if timeline.isFrozen { return .zero }
        return timeline.rate == 1 ? real : real.scaled(by: timeline.rate)
    }

    /// Changes whenever a timeline changes, so values derived from the time can be invalidated.
    public var changes: UInt { generation.load(ordering: .acquiring) }

    /// The state of a timeline at one moment.
    public struct Reading: Equatable, Sendable {
        public let now: Instant
        public let isRunning: Bool
        public let rate: Double

        public init(now: Instant, isRunning: Bool, rate: Double) {
            (self.now, self.isRunning, self.rate) = (now, isRunning, rate)
        }
    }

    public func reading(of key: KeyID? = nil) -> Reading {
        state.withLock { state in
            let timeline = state.timeline(key)
            return Reading(now: timeline.now(at: .now), isRunning: !timeline.isFrozen, rate: timeline.rate)
        }
    }

    /// The keys that have their own timeline.
    public var ownTimelines: [KeyID] { state.withLock { Array($0.own.keys) } }

    // MARK: - Changing it

    /// Freezes the time of a key, or of all.
    public func freeze(_ key: KeyID? = nil) { change(key) { $0.freeze(at: $1) } }

    /// Lets the time of a key, or of all, run, at a multiple of real time if `rate` is given.
    public func run(_ key: KeyID? = nil, rate: Double? = nil) {
        precondition(rate ?? 1 > 0, "time does not run backwards")
        change(key) { $0.run(rate: rate, at: $1) }
    }

    /// Moves the time of a key, or of the keys that share a timeline, to an instant. Does not run due entries.
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

    /// Gives a key its own timeline, which continues from its current time.
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

    /// Returns a key, or all keys, to the shared timeline. For all keys, the shared timeline runs at real speed again,
    /// from its current time or from the machine's time if that is later. The time of a key that was moved individually
    /// may go backwards, so the caller must remove the key's state first.
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

    /// Restores a saved timeline, whose time may be earlier or later than the current one.
    public func restore(_ key: KeyID?, _ reading: Reading) {
        let whenChanged = state.withLock { state in
            let now = Ticks.now
            var timeline = Timeline(reading.now, since: now)
            timeline.run(rate: reading.rate, at: now)
            if !reading.isRunning { timeline.freeze(at: now) }
            if let key { state.own[key] = timeline } else { state.shared = timeline }
            isChanged.store(true, ordering: .relaxed)
            return state.whenChanged
        }
        generation.add(1, ordering: .releasing)
        whenChanged?()
    }

    /// Sets a handler that is called after each change not made by an `Agenda`.
    func whenChanged(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.whenChanged = body } }
}
