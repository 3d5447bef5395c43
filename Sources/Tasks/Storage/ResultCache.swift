internal import Crypto
internal import System

/// Finished pictures by content. Each is kept while a task may show it.
final class ResultCache: Sendable {
    private let limit: Int
    private let state: Locked<State>

    private struct State {
        var pictures: [SHA256.Digest: Entry] = [:]
        var shares: FairShare<Namespace>
    }

    private struct Entry {
        let picture: Picture
        /// The namespace whose share it counts against: the first that requested it.
        let owner: Namespace
        /// Tasks of this process that may show it.
        var holders: Set<TaskID>
    }

    /// Creates a cache in which a namespace may use three times as much as it leaves free for others.
    init(limit: Int) {
        self.limit = limit
        state = Locked(State(shares: FairShare(limit, factor: 3)))
    }

    var count: Int { state.withLock { $0.pictures.count } }

    func picture(_ content: SHA256.Digest) -> Picture? { state.withLock { $0.pictures[content]?.picture } }

    /// Whether a namespace may store more, given the number of bytes in use.
    func admits(_ namespace: Namespace, used: Int) -> Bool {
        state.withLock { $0.shares.hasRoom(for: namespace, taken: used) }
    }

    /// Stores a picture for these tasks.
    func keep(_ picture: Picture, _ content: SHA256.Digest, for namespace: Namespace, holders: [TaskID]) {
        state.withLock { state in
            if state.pictures[content] != nil {
                state.pictures[content]?.holders.formUnion(holders)
            } else {
                state.pictures[content] = Entry(picture: picture, owner: namespace, holders: Set(holders))
                state.shares.take(picture.file.count, for: namespace)
            }
        }
    }

    /// Adds a task to the holders of a picture. Returns false if the picture is not in the cache.
    func hold(_ content: SHA256.Digest, for task: TaskID) -> Bool {
        state.withLock { $0.pictures[content]?.holders.insert(task) != nil }
    }

    /// Removes a task from the holders of a picture; no effect if it is not one. The picture is released with its last
    /// holder, outside the lock.
    func release(_ content: SHA256.Digest, of task: TaskID) {
        let released: Picture? = state.withLock { state in
            guard state.pictures[content]?.holders.remove(task) != nil, let entry = state.pictures[content],
                entry.holders.isEmpty
            else { return nil }
            state.shares.giveBack(entry.picture.file.count, by: entry.owner)
            state.pictures[content] = nil
            return entry.picture
        }
        _ = consume released
    }

    func removeAll() {
        let all = state.withLock { state in
            defer { state = State(shares: FairShare(limit, factor: 3)) }
            return state.pictures
        }
        _ = consume all
    }
}
