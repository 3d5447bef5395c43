internal import System

/// Schedules entries in emulated time, and tracks the work they start.
///
/// An entry is a value: a source, the key whose time applies, and an ID that the source defines. While time runs,
/// entries run when they are due. `advance` moves time and returns when all entries due by then have run, in order, and
/// all work they started has ended.
public final class Agenda: Sendable {
    public let clock: Clock
    private let alarms: Alarms
    private let state = Locked(State())

    /// A component that schedules entries.
    public struct Source: Hashable, Sendable {
        fileprivate let index: UInt8
    }

    /// Runs an entry of a source, on any thread. Must be short and must not advance time. Longer work is announced with `begin`.
    public typealias Handler = @Sendable (_ id: UInt128, _ due: Instant) -> Account

    /// Says in a word what an entry has done. `advance` asks when the work has ended that the entry began.
    public typealias Account = @Sendable () -> StaticString

    /// A record of an entry that has run.
    public struct Event: Equatable, Sendable {
        public let source: StaticString
        public let id: UInt128
        public let key: KeyID
        public let due: Instant
        /// What happened, in a word.
        public internal(set) var what: StaticString = "nothing"

        public static func == (one: Event, other: Event) -> Bool {
            "\(one.source)" == "\(other.source)" && one.id == other.id && one.key == other.key && one.due == other.due
        }
    }

    private struct Entry {
        let source: Source
        let id: UInt128
        let key: KeyID
    }

    /// Entries with the same due instant run in the order in which they were added.
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
        /// The entries of keys with their own timeline.
        var own: [KeyID: Entries] = [:]
        var order: UInt64 = 0
        /// The real moment of the earliest alarm.
        var alarm = Ticks.never
        /// Timelines whose entries a thread is running, in `advance` or because they are due. No other thread runs
        /// entries of these timelines, which keeps their order. `nil` is the shared timeline.
        var claimed: Set<KeyID?> = []
        /// Claimed timelines that were reset while claimed. An `advance` of one of them ends without moving time further.
        var abandoned: Set<KeyID?> = []
        /// The amount of unfinished work per key.
        var work: [KeyID: Int] = [:]
        var isStopped = false

        var timelines: [KeyID?] { [nil] + own.keys.map(Optional.some) }

        func entries(_ timeline: KeyID?) -> Entries { timeline.map { own[$0] ?? Entries() } ?? shared }

        /// Gives claimed timelines back.
        mutating func release(_ timelines: [KeyID?]) {
            claimed.subtract(timelines)
            abandoned.subtract(timelines)
        }

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

    /// Registers a source. Events refer to it by `name`.
    public func source(_ name: StaticString, _ handler: @escaping Handler) -> Source {
        state.withLock { state in
            state.sources.append((name, handler))
            return Source(index: UInt8(state.sources.count - 1))
        }
    }

    /// Schedules an entry.
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

    /// The number of entries that have not run.
    public var count: Int { state.withLock { $0.own.values.reduce($0.shared.count) { $0 + $1.count } } }

    // MARK: - While time runs

    /// Sets the alarm to the earliest entry of any timeline.
    private func setAlarm() {
        let moment: Ticks? = state.withLock { state in
            var next = Ticks.never
            for timeline in state.timelines where !state.claimed.contains(timeline) {
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

    /// Runs all due entries on timelines that no other thread has claimed.
    private func runDue() {
        for timeline in state.withLock({ $0.timelines }) {
            guard state.withLock({ $0.claimed.insert(timeline).inserted }) else { continue }
            while let run = nextDue(timeline) { _ = run() }
        }
        setAlarm()
    }

    /// Returns the next due entry of a claimed timeline. Releases the claim if there is none.
    private func nextDue(_ timeline: KeyID?) -> (() -> Account)? {
        state.update { state in
            let now = Due(instant: clock.now(for: timeline), order: .max)
            if !state.isStopped, let (due, entry) = state.remove(timeline, at: now) {
                return call(entry, due.instant, state).run
            }
            state.release([timeline])
            return nil
        }
    }

    private func call(_ entry: Entry, _ due: Instant, _ state: State) -> (event: Event, run: () -> Account) {
        let source = state.sources[Int(entry.source.index)]
        return (
            Event(source: source.name, id: entry.id, key: entry.key, due: due), { source.handler(entry.id, due) }
        )
    }

    /// Moves entries so that each key with its own timeline has its own queue, and all other keys share one.
    private func followTimelines() {
        state.withLock { state in
            let own = Set(clock.ownTimelines)
            for key in own { separate(key, &state) }
            for key in state.own.keys where !own.contains(key) {
                for (due, entry) in state.own.removeValue(forKey: key)?.all ?? [] {
                    state.shared.insert(entry, at: due)
                }
            }
        }
    }

    /// Moves a key's entries to a queue of their own.
    private func separate(_ key: KeyID, _ state: inout State) {
        if state.own[key] != nil { return }
        var entries = Entries()
        for (due, entry) in state.shared.removeAll(where: { $0.element.key == key }) { entries.insert(entry, at: due) }
        state.own[key] = entries
    }

    // MARK: - Advancing

    /// The point to which time is advanced.
    public enum Target: Sendable {
        case by(Interval)
        case to(Instant)
        /// The next due instant of any entry.
        case next
        /// The last entry before which `isBusy` says that there is more to do.
        case last(while: @Sendable () -> Bool)
    }

    /// Advances the time of a key, or of all, and returns when all entries due by then have run and their work has
    /// ended. Only one caller at a time advances a timeline. Returns at most `eventLimit` events.
    @discardableResult
    public func advance(_ key: KeyID? = nil, _ target: Target) -> [Event] {
        let timelines = claim(key)
        let starts = timelines.map { clock.now(for: $0) }
        var ends: [Instant] =
            switch target {
            case .by(let interval): starts.map { max($0, min($0 + interval, Agenda.endOfTime)) }
            case .to(let instant): starts.map { max($0, instant) }
            case .next, .last: starts.map { _ in Agenda.endOfTime }
            }
        var events: [Event] = []
        var last = Interval.zero
        /// Says what the entry before has done.
        var account: Account?
        while true {
            awaitWork(of: key, on: timelines)
            if let account, !events.isEmpty { events[events.count - 1].what = account() }
            account = nil
            if case .last(let isBusy) = target, !isBusy() { break }
            guard let (passed, entry, run) = next(of: timelines, starts, ends) else { break }
            let isMoved = move(zip(timelines, zip(starts, ends).map { min($0 + passed, $1) }))
            guard isMoved else { break }
            let done = run()
            if events.count < Agenda.eventLimit {
                events.append(entry)
                account = done
            }
            last = max(last, passed)
            if case .next = target { ends = starts.map { $0 + last } }
        }
        if case .last = target { ends = starts.map { $0 + last } }
        if case .next = target, events.isEmpty { ends = starts }
        _ = move(zip(timelines, ends))
        state.update { $0.release(timelines) }
        runDue()
        return events
    }

    /// Moves claimed timelines, unless one was reset meanwhile.
    private func move(_ instants: some Sequence<(KeyID?, Instant)>) -> Bool {
        state.withLock { state in
            for (timeline, _) in instants where state.abandoned.contains(timeline) { return false }
            for (timeline, instant) in instants { clock.move(timeline, to: instant) }
            return true
        }
    }

    public static let eventLimit = 10_000
    /// Time is not advanced beyond this: the last day of 2199.
    public static let endOfTime = Instant(secondsSince1970: 7_258_032_000)

    /// Claims the timeline of a key, or all timelines, after waiting for other threads that run their entries. A key on
    /// the shared timeline waits for that one, then gets its own.
    private func claim(_ key: KeyID?) -> [KeyID?] {
        state.wait { state in
            var timelines = state.timelines
            if let key {
                if state.claimed.contains(state.own[key] == nil ? nil : key) { return .again }
                clock.separate(key)
                separate(key, &state)
                timelines = [key]
            } else if !state.claimed.isEmpty {
                return .again
            }
            state.claimed.formUnion(timelines)
            return .done(timelines)
        }
    }

    /// Removes the entry that is due soonest after the start of its timeline, and returns it with the time passed since
    /// that start. On a tie, it is the entry added first.
    private func next(
        of timelines: [KeyID?], _ starts: [Instant], _ ends: [Instant]
    ) -> (passed: Interval, event: Event, run: () -> Account)? {
        state.withLock { state in
            if state.isStopped || timelines.contains(where: { state.abandoned.contains($0) }) { return nil }
            var first: (passed: Interval, order: UInt64, index: Int)?
            for (index, timeline) in timelines.enumerated() {
                guard let due = state.entries(timeline).next, due.instant <= ends[index] else { continue }
                let passed = max(.zero, due.instant - starts[index])
                if first.map({ (passed, due.order) < ($0.passed, $0.order) }) ?? true {
                    first = (passed, due.order, index)
                }
            }
            guard let first,
                let (due, entry) = state.remove(timelines[first.index], at: Due(instant: .never, order: .max))
            else { return nil }
            let (event, run) = call(entry, due.instant, state)
            return (first.passed, event, run)
        }
    }

    // MARK: - Work

    /// Work of a key that `advance` waits for. It ends when the value is released.
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

    /// Starts work for a key that continues after the caller returns.
    public func begin(for key: KeyID) -> Work {
        state.withLock { $0.work[key, default: 0] += 1 }
        return Work(self, key)
    }

    /// Waits until no work of a key, or of any key, is in progress, or one of the timelines is reset.
    private func awaitWork(of key: KeyID?, on timelines: [KeyID?]) {
        state.wait { state -> Wait<Void> in
            let isIdle = key.map { state.work[$0] == nil } ?? state.work.isEmpty
            let isAbandoned = timelines.contains { state.abandoned.contains($0) }
            return isIdle || isAbandoned || state.isStopped ? .done(()) : .again
        }
    }

    /// Whether any work is in progress.
    public var isWorking: Bool { state.withLock { !$0.work.isEmpty } }

    /// Whether a source has entries due before a moment of real time. Scans all entries.
    public func hasEntries(of source: Source, before moment: Ticks) -> Bool {
        state.withLock { state in
            state.timelines.contains { timeline in
                state.entries(timeline).all.contains { entry in
                    entry.element.source == source && clock.ticks(of: entry.due.instant, for: timeline) < moment
                }
            }
        }
    }

    // MARK: - Resetting

    /// Removes the entries of a key, or all. Components that keep entries of their own must add them again.
    public func reset(_ key: KeyID? = nil) {
        state.update { state in
            state.abandoned.formUnion(key == nil ? state.claimed : state.claimed.intersection([key]))
            guard let key else {
                (state.shared, state.own) = (Entries(), state.own.mapValues { _ in Entries() })
                return
            }
            _ = state.shared.removeAll { $0.element.key == key }
            if state.own[key] != nil { state.own[key] = Entries() }
        }
    }

    /// Stops running entries.
    public func stop() { state.update { $0.isStopped = true } }
}
