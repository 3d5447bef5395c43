internal import Crypto
internal import Net

/// The finished pictures by their content, each as long as the last task that has it may show it.
final class Pictures: Sendable {
    private let state = Locked(State())

    private struct State {
        var kept: [SHA256.Digest: Kept] = [:]
        var due = DueTimes<SHA256.Digest>()
    }

    private struct Kept {
        let picture: Picture
        var expires: Int64
    }

    var count: Int { state.withLock { $0.kept.count } }

    func picture(_ content: SHA256.Digest, at now: Int64) -> Picture? {
        state.withLock { state in
            guard let kept = state.kept[content], kept.expires > now else { return nil }
            return kept.picture
        }
    }

    /// Keeps a picture until a time, or until a later one it was kept for already.
    func keep(_ picture: Picture, _ content: SHA256.Digest, until time: Int64) {
        state.withLock { state in
            let old = state.kept[content]
            state.kept[content] = Kept(picture: picture, expires: max(time, old?.expires ?? time))
            if old == nil { state.due.add(content, at: time) }
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
            while let content = state.due.next(at: now) {
                guard let kept = state.kept[content] else { continue }
                if kept.expires > now {
                    state.due.add(content, at: kept.expires)
                } else {
                    gone.append(kept.picture)
                    state.kept[content] = nil
                }
            }
        }
    }
}
