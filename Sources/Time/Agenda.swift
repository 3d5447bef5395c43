internal import System

/// Everything that is due at an instant of emulated time, and the work that this has begun.
///
/// An entry is a value: the part of the program that it belongs to, the key whose time counts, and an id that means
/// something to that part. While time runs, entries are run when they are due. `advance` moves time and returns when all
/// that is due by then has been run, in order, and all that it began has ended.
public final class Agenda: Sendable {
    public let clock: Clock
    private let alarms: Alarms
    private let state = Locked(State())

    /// A part of the program that has entries.
    public struct Source: Hashable, Sendable {
        fileprivate let index: UInt8
    }

    /// Runs an entry of a source, on any thread. Must be short; what takes long is begun with `begin`.
    public typealias Handler = @Sendable (_ id: UInt128, _ due: Instant) -> Void

    /// Something that was due and has been run.
    public struct Event: Equatable, Sendable {
        public let source: StaticString
        public let id: UInt128
        public let key: KeyID
        public let due: Instant

        public static func == (one: Event, other: Event) -> Bool {
            "\(one.source)" == "\(other.source)" && one.id == other.id && one.key == other.key && one.due == other.due
        }
    }

    private struct Entry {
        let source: Source
        let id: UInt128
        let key: KeyID
    }

    /// Entries that are due at one instant come in the order in which they were added.
    private struct Due: Comparable {
        let instant: Instant
        let order: UInt64

        static func < (one: Due, other: Due) -> Bool {
            one.instant == other.instant ? one.order < other.order : one.instant < other.instant
        }
    }

    private typealias Entries = DueQueue<Due, Entry>

    private struct State {
        var sources: [(name: StaticString, handler: Handler)] = []
        var shared = Entries()
        /// The entries of keys with a timeline of their own.
        var own: [KeyID: Entries] = [:]
        var order: UInt64 = 0
        /// The real moment of the earliest alarm.
        var alarm = Ticks.never
        /// Timelines that `advance` is moving: nothing else runs their entries. `nil` is the shared one.
        var advancing: Set<KeyID?> = []
        /// How much work is under way for each key.
        var work: [KeyID: Int] = [:]
        var isStopped = false

        func entries(_ timeline: KeyID?) -> Entries { timeline.flatMap { own[$0] } ?? shared }

        mutating func remove(_ timeline: KeyID?, at now: Due) -> Entries.Entry? {
            guard let timeline else { return shared.removeDue(at: now) }
            return own[timeline]?.removeDue(at: now)
        }
    }

    public init(_ clock: Clock, alarms: Alarms) {
        (self.clock, self.alarms) = (clock, alarms)
        clock.whenChanged { [weak self] in
            guard let self else { return }
            followTimelines()
            runDue()
        }
    }

    /// Makes a source. `name` is how events tell of it.
    public func source(_ name: StaticString, _ handler: @escaping Handler) -> Source {
        state.withLock { state in
            state.sources.append((name, handler))
            return Source(index: UInt8(state.sources.count - 1))
        }
    }

    /// Has an entry run when it is due.
    public func add(_ source: Source, _ id: UInt128, for key: KeyID, at due: Instant) {
        if due == .never { return }
        let isDue = state.withLock { state in
            state.order += 1
            let entry = Entry(source: source, id: id, key: key)
            if state.own[key] != nil {
                state.own[key]?.insert(entry, at: Due(instant: due, order: state.order))
            } else {
                state.shared.insert(entry, at: Due(instant: due, order: state.order))
            }
            return clock.ticks(of: due, for: key) < state.alarm
        }
        if isDue { setAlarm() }
    }

    /// Entries that have not been run.
    public var count: Int { state.withLock { $0.own.values.reduce($0.shared.count) { $0 + $1.count } } }

    // MARK: - While time runs

    /// Sets the alarm to the earliest entry of any timeline.
    private func setAlarm() {
        let moment: Ticks? = state.withLock { state in
            var next = Ticks.never
            for timeline in [nil] + state.own.keys.map(Optional.some) where !state.advancing.contains(timeline) {
                guard let due = state.entries(timeline).next else { continue }
                next = min(next, clock.ticks(of: due.instant, for: timeline))
            }
            guard !state.isStopped, next < state.alarm else { return nil }
            state.alarm = next
            return next
        }
        if let moment {
            alarms.call(at: moment) { [weak self] in
                guard let self else { return }
                self.state.withLock { if $0.alarm <= moment { $0.alarm = .never } }
                self.runDue()
            }
        }
    }

    /// Runs what is due on all timelines that are not being advanced.
    private func runDue() {
        while let (_, run) = nextDue() { run() }
        setAlarm()
    }

    private func nextDue() -> (Event, () -> Void)? {
        state.withLock { state in
            if state.isStopped { return nil }
            for timeline in [nil] + state.own.keys.map(Optional.some) where !state.advancing.contains(timeline) {
                let now = Due(instant: clock.now(for: timeline), order: .max)
                if let (due, entry) = state.remove(timeline, at: now) { return call(entry, due.instant, state) }
            }
            return nil
        }
    }

    private func call(_ entry: Entry, _ due: Instant, _ state: State) -> (Event, () -> Void) {
        let source = state.sources[Int(entry.source.index)]
        return (
            Event(source: source.name, id: entry.id, key: entry.key, due: due), { source.handler(entry.id, due) }
        )
    }

    /// Keeps the entries of the keys that have a timeline of their own apart, and those of all others together.
    private func followTimelines() {
        let own = Set(clock.ownTimelines)
        state.withLock { state in
            for key in own { separate(key, &state) }
            for key in state.own.keys where !own.contains(key) {
                for (due, entry) in state.own.removeValue(forKey: key)?.all ?? [] {
                    state.shared.insert(entry, at: due)
                }
            }
        }
    }

    /// Gives a key's entries a queue of their own.
    private func separate(_ key: KeyID, _ state: inout State) {
        if state.own[key] != nil { return }
        var entries = Entries()
        for (due, entry) in state.shared.removeAll(where: { $0.element.key == key }) { entries.insert(entry, at: due) }
        state.own[key] = entries
    }

    // MARK: - Advancing

    /// Where to move time to.
    public enum Target: Sendable {
        case by(Interval)
        case to(Instant)
    }

    /// Moves the time of a key, or of all, and returns when everything due by then has been run and has ended. One timeline is
    /// advanced by one caller at a time. At most `eventLimit` events are told.
    public func advance(_ key: KeyID? = nil, _ target: Target) -> [Event] {
        let timelines = claim(key)
        let starts = timelines.map { clock.now(for: $0) }
        let ends: [Instant] =
            switch target {
            case .by(let interval): starts.map { $0 + interval }
            case .to(let instant): starts.map { max($0, instant) }
            }
        var events: [Event] = []
        while true {
            awaitWork(of: key)
            guard let (passed, event, run) = next(of: timelines, starts, ends) else { break }
            for (timeline, (start, end)) in zip(timelines, zip(starts, ends)) {
                clock.move(timeline, to: min(start + passed, end))
            }
            run()
            if events.count < Agenda.eventLimit { events.append(event) }
        }
        for (timeline, end) in zip(timelines, ends) { clock.move(timeline, to: end) }
        state.update { state in for timeline in timelines { state.advancing.remove(timeline) } }
        runDue()
        return events
    }

    private static let eventLimit = 10_000

    /// Takes the timelines of a key, or all, when no other caller advances them.
    private func claim(_ key: KeyID?) -> [KeyID?] {
        state.wait { state in
            var timelines: [KeyID?] = [key]
            if let key {
                if !state.advancing.contains(key) {
                    clock.separate(key)
                    separate(key, &state)
                }
            } else {
                timelines += state.own.keys.map(Optional.some)
            }
            if timelines.contains(where: state.advancing.contains) { return .again }
            state.advancing.formUnion(timelines)
            return .done(timelines)
        }
    }

    /// The entry that is due first after the start of its timeline, and how long after.
    private func next(
        of timelines: [KeyID?], _ starts: [Instant], _ ends: [Instant]
    ) -> (passed: Interval, event: Event, run: () -> Void)? {
        state.withLock { state in
            var first: (passed: Interval, index: Int)?
            for (index, timeline) in timelines.enumerated() {
                guard let due = state.entries(timeline).next, due.instant <= ends[index] else { continue }
                let passed = max(.zero, due.instant - starts[index])
                if first.map({ passed < $0.passed }) ?? true { first = (passed, index) }
            }
            guard let first,
                let (due, entry) = state.remove(timelines[first.index], at: Due(instant: .never, order: .max))
            else { return nil }
            let (event, run) = call(entry, due.instant, state)
            return (first.passed, event, run)
        }
    }

    // MARK: - Work

    /// Work that was begun for a key and that `advance` waits for; it ends when the value is released.
    public final class Work: Sendable {
        private let agenda: Agenda
        private let key: KeyID

        fileprivate init(_ agenda: Agenda, _ key: KeyID) { (self.agenda, self.key) = (agenda, key) }

        deinit {
            agenda.state.update { state in
                let left = state.work[key, default: 1] - 1
                state.work[key] = left > 0 ? left : nil
            }
        }
    }

    /// Tells that something has begun for a key which is not over when the caller returns.
    public func begin(for key: KeyID) -> Work {
        state.withLock { $0.work[key, default: 0] += 1 }
        return Work(self, key)
    }

    /// Waits until nothing that was begun for a key, or for any, is under way.
    private func awaitWork(of key: KeyID?) {
        state.wait { state -> Wait<Void> in
            let isIdle = key.map { state.work[$0] == nil } ?? state.work.isEmpty
            return isIdle || state.isStopped ? .done(()) : .again
        }
    }

    /// Whether anything is under way, or due before an instant of its key's time.
    public func isBusy(before instant: (KeyID?) -> Instant) -> Bool {
        state.withLock { state in
            if !state.work.isEmpty { return true }
            return ([nil] + state.own.keys.map(Optional.some)).contains { timeline in
                state.entries(timeline).next.map { $0.instant < instant(timeline) } ?? false
            }
        }
    }

    // MARK: - Resetting

    /// Removes the entries of a key, or all; what keeps entries of its own adds them again.
    public func reset(_ key: KeyID? = nil) {
        state.update { state in
            guard let key else {
                (state.shared, state.own) = (Entries(), [:])
                return
            }
            _ = state.shared.removeAll { $0.element.key == key }
            state.own[key] = nil
        }
    }

    /// Runs nothing more.
    public func stop() { state.update { $0.isStopped = true } }
}
