import Bytes
import Net
import Tasks

/// What each caller has asked, by the names that callers give their tasks. An entry goes after a while, and the oldest go when
/// there are too many.
final class TaskBook: Sendable {
    private let clock: Clock
    private let limit: Int
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
            /// It came to nothing, or was done at once.
            case answered(Answer)
        }

        /// What the caller was told last, if that is not how it stands.
        var refusal: Answer?
    }

    fileprivate struct State {
        var entries: [Key: (entry: Entry, number: Int)] = [:]
        /// Keys in the order they came, each with its number: a key that came again has a later one.
        var order: [(key: Key, number: Int, expires: Int64)] = []
        var first = 0
        var next = 0
    }

    init(clock: Clock, limit: Int, retention: Int64) {
        (self.clock, self.limit, self.retention) = (clock, limit, retention)
    }

    var count: Int { state.withLock { $0.entries.count } }

    func entry(_ key: Key) -> Entry? {
        let now = clock.now
        return state.withLock { state in
            state.drop(at: now)
            return state.entries[key]?.entry
        }
    }

    /// Enters a task; false if its name is taken by one that was not refused, nor is over as `hasEnded` sees it. What is told of
    /// that one last is a refusal then.
    func begin(
        _ key: Key, _ entry: Entry, orRefuse refusal: Answer, unless hasEnded: (Work) -> Bool = { _ in false }
    ) -> Bool {
        let now = clock.now
        return state.withLock { state in
            state.drop(at: now)
            switch state.entries[key]?.entry.state {
            case .accepted(let work) where hasEnded(work):
                insert(key, entry, at: now, in: &state)
                return true
            case .preparing, .accepted:
                state.entries[key]?.entry.refusal = refusal
                return false
            case .answered, nil:
                insert(key, entry, at: now, in: &state)
                return true
            }
        }
    }

    /// Enters a task that was done at once.
    func note(_ key: Key, _ entry: Entry) {
        let now = clock.now
        state.withLock { state in
            switch state.entries[key]?.entry.state {
            case .preparing, .accepted: break
            case .answered, nil: insert(key, entry, at: now, in: &state)
            }
        }
    }

    /// Writes how a task stands.
    func change(_ key: Key, to new: Entry.State) {
        state.withLock { $0.entries[key]?.entry.state = new }
    }

    private func insert(_ key: Key, _ entry: Entry, at now: Int64, in state: inout State) {
        state.entries[key] = (entry, state.next)
        state.order.append((key, state.next, now + retention))
        state.next += 1
        while state.entries.count > limit || state.order.count - state.first > 2 * limit { state.dropFirst() }
    }

    /// Lets go of what is over.
    func forget() {
        let now = clock.now
        state.withLock { $0.drop(at: now) }
    }
}

extension TaskBook.State {
    mutating func drop(at now: Int64) {
        while first < order.count, order[first].expires <= now { dropFirst() }
    }

    mutating func dropFirst() {
        let (key, number, _) = order[first]
        if entries[key]?.number == number { entries[key] = nil }
        first += 1
        // What is gone is cleared away when it is half of all, which costs each one move.
        if first * 2 >= order.count {
            order.removeFirst(first)
            first = 0
        }
    }
}
