import Bytes
import System
import Tasks

/// What each caller has asked, by the names that callers give their tasks. An entry goes after a while. When there are too many,
/// or they take too much memory, the oldest go: first of what was refused or done at once, which anybody can have written down
/// at no cost, and only then of tasks that were begun.
final class TaskBook: Sendable {
    private let clock: Clock
    private let limit: Int
    private let memory: Int
    private let retention: Int64
    private let state = Locked(State())

    struct Key: Hashable, Sendable {
        let namespace: Namespace
        let id: TaskID
    }

    /// One task.
    struct Entry: Sendable {
        let type: TaskType
        /// The task as it was sent, long texts shortened.
        let request: SharedBytes
        var state: State

        enum State: Sendable {
            /// Its image is on its way, or looked at.
            case preparing(taskUUID: String)
            case accepted(Work)
            /// It came to nothing after its caller had been told that it was taken.
            case failed(Answer)
            /// It was refused, or done at once.
            case answered(Answer)
        }

        /// What the caller was told last, if that is not how it stands.
        var refusal: Answer?

        /// About the memory that it takes.
        fileprivate var weight: Int {
            let told =
                switch state {
                case .preparing: 0
                case .accepted(let work): 300 + 16 * work.results.count
                case .failed(let answer), .answered(let answer): answer.weight
                }
            return 400 + request.count + told + (refusal?.weight ?? 0)
        }
    }

    fileprivate struct State {
        var rows: [Key: Row] = [:]
        /// The memory of all rows.
        var weight = 0
        var begun = Line()
        var noted = Line()
        var next = 0
    }

    fileprivate struct Row {
        var entry: Entry
        let number: Int
    }

    /// Keys in the order they came, each with its number: a key that came again has a later one.
    fileprivate struct Line {
        typealias Place = (key: Key, number: Int, expires: Int64)

        private var places: [Place] = []
        private var first = 0

        var count: Int { places.count - first }
        var next: Place? { first < places.count ? places[first] : nil }

        mutating func append(_ place: Place) { places.append(place) }

        mutating func removeFirst() {
            first += 1
            // What is gone is cleared away when it is half of all, which costs each one move.
            if first * 2 >= places.count {
                places.removeFirst(first)
                first = 0
            }
        }
    }

    /// A book of at most `limit` entries that take about `memory` bytes, each for `retention` nanoseconds.
    init(clock: Clock, limit: Int, memory: Int, retention: Int64) {
        (self.clock, self.limit, self.memory, self.retention) = (clock, limit, memory, retention)
    }

    var count: Int { state.withLock { $0.rows.count } }
    /// About the memory that all entries take.
    var weight: Int { state.withLock(\.weight) }

    func entry(_ key: Key) -> Entry? {
        let now = clock.now
        return state.withLock { state in
            state.drop(at: now)
            return state.rows[key]?.entry
        }
    }

    /// Enters a task; false if its name is taken by one that was not refused, nor is over as `hasEnded` sees it, which is asked
    /// about no work for one that failed before there was any. What is told of that one last is a refusal then.
    func begin(
        _ key: Key, _ entry: Entry, orRefuse refusal: Answer, unless hasEnded: (Work?) -> Bool = { _ in false }
    ) -> Bool {
        let now = clock.now
        return state.withLock { state in
            state.drop(at: now)
            if isTaken(state.rows[key]?.entry.state, unless: hasEnded) {
                change(key, &state) { $0.refusal = refusal }
                return false
            }
            insert(key, entry, in: \.begun, at: now, &state)
            return true
        }
    }

    /// Whether a name is taken, as ``begin`` would find it.
    func isTaken(_ key: Key, unless hasEnded: (Work?) -> Bool) -> Bool {
        isTaken(entry(key)?.state, unless: hasEnded)
    }

    private func isTaken(_ state: Entry.State?, unless hasEnded: (Work?) -> Bool) -> Bool {
        switch state {
        case .preparing: true
        case .accepted(let work): !hasEnded(work)
        case .failed: !hasEnded(nil)
        case .answered, nil: false
        }
    }

    /// Enters a task that was refused, or done at once.
    func note(_ key: Key, _ entry: Entry) {
        let now = clock.now
        state.withLock { state in
            switch state.rows[key]?.entry.state {
            case .preparing, .accepted, .failed: break
            case .answered, nil: insert(key, entry, in: \.noted, at: now, &state)
            }
        }
    }

    /// Writes how a task stands.
    func change(_ key: Key, to new: Entry.State) {
        state.withLock { state in change(key, &state) { $0.state = new } }
    }

    private func change(_ key: Key, _ state: inout State, _ change: (inout Entry) -> Void) {
        guard var row = state.rows[key] else { return }
        state.weight -= row.entry.weight
        change(&row.entry)
        state.weight += row.entry.weight
        state.rows[key] = row
        shrink(&state)
    }

    private func insert(
        _ key: Key, _ entry: Entry, in line: WritableKeyPath<State, Line>, at now: Int64, _ state: inout State
    ) {
        if let old = state.rows.updateValue(Row(entry: entry, number: state.next), forKey: key) {
            state.weight -= old.entry.weight
        }
        state.weight += entry.weight
        state[keyPath: line].append((key, state.next, now + retention))
        state.next += 1
        while state[keyPath: line].count > 2 * limit { state.dropFirst(of: line) }
        shrink(&state)
    }

    private func shrink(_ state: inout State) {
        while state.rows.count > limit || state.weight > memory {
            state.dropFirst(of: state.noted.count > 0 ? \.noted : \.begun)
        }
    }

    /// Lets go of what is over.
    func forget() {
        let now = clock.now
        state.withLock { $0.drop(at: now) }
    }
}

extension TaskBook.State {
    mutating func drop(at now: Int64) {
        for line in [\TaskBook.State.begun, \.noted] {
            while let next = self[keyPath: line].next, next.expires <= now { dropFirst(of: line) }
        }
    }

    mutating func dropFirst(of line: WritableKeyPath<TaskBook.State, TaskBook.Line>) {
        guard let (key, number, _) = self[keyPath: line].next else { return }
        self[keyPath: line].removeFirst()
        guard let row = rows[key], row.number == number else { return }
        weight -= row.entry.weight
        rows[key] = nil
    }
}
