internal import Crypto
internal import System
internal import Time

/// The finished pictures by their content, each as long as the last task that has it may show it.
final class Pictures: Sendable {
    private let state = Locked(State())

    private struct State {
        var kept: [SHA256.Digest: Kept] = [:]
        var due = DueQueue<Int64, SHA256.Digest>()
        var shares = Shares()
    }

    private struct Kept {
        let picture: Picture
        /// Whose share of the room it takes: that of the first who wanted it.
        let owner: Namespace
        var expires: Int64
    }

    var count: Int { state.withLock { $0.kept.count } }

    func picture(_ content: SHA256.Digest, at now: Int64) -> Picture? {
        state.withLock { state in
            guard let kept = state.kept[content], kept.expires > now else { return nil }
            return kept.picture
        }
    }

    /// Whether a namespace may have more kept, when so many bytes are free.
    func admit(_ namespace: Namespace, free: Int) -> Bool {
        state.withLock { $0.shares.admit(0, for: namespace, free: free) }
    }

    /// Keeps a picture until a time, or until a later one it was kept for already.
    func keep(_ picture: Picture, _ content: SHA256.Digest, for namespace: Namespace, until time: Int64) {
        state.withLock { state in
            let old = state.kept[content]
            let owner = old?.owner ?? namespace
            state.shares.add(picture.file.count - (old?.picture.file.count ?? 0), for: owner)
            state.kept[content] = Kept(picture: picture, owner: owner, expires: max(time, old?.expires ?? time))
            if old == nil { state.due.insert(content, at: time) }
        }
    }

    /// Keeps a picture longer that is still there; says whether it is.
    func extend(_ content: SHA256.Digest, at now: Int64, until time: Int64) -> Bool {
        state.withLock { state in
            guard let kept = state.kept[content], kept.expires > now else { return false }
            state.kept[content]?.expires = max(time, kept.expires)
            return true
        }
    }

    /// Lets go of what has expired. It ends outside of the lock.
    func forget(at now: Int64) {
        var gone: [Picture] = []
        state.withLock { state in
            while let content = state.due.removeDue(at: now)?.element {
                guard let kept = state.kept[content] else { continue }
                if kept.expires > now {
                    state.due.insert(content, at: kept.expires)
                } else {
                    gone.append(kept.picture)
                    state.shares.add(-kept.picture.file.count, for: kept.owner)
                    state.kept[content] = nil
                }
            }
        }
    }
}
