public import Bytes
internal import Crypto
public import Imaging
internal import System
internal import Time

/// Files that callers keep here under an id of their own, to have pictures made of them later. Each goes when nobody used it
/// for a while.
public final class MediaLibrary: Sendable {
    private let clock: Clock
    private let randomness: Randomness
    private let notice: Notice.Hearer
    private let limit: Int
    private let lifetime: Int64
    private let spool: Spool
    private let state = Locked(State())

    private struct State {
        var rows: [TaskID: Row] = [:]
        var due = DueQueue<Int64, TaskID>()
        var bytes = 0
        var shares = Shares()

        /// Counts a file that comes, or one that goes if it is fewer than no bytes.
        mutating func add(_ count: Int, for namespace: Namespace) {
            bytes += count
            shares.add(count, for: namespace)
        }
    }

    private struct Row {
        let media: Media
        var expires: Int64
    }

    /// One such file.
    public struct Media: Sendable {
        public let id: TaskID
        public let namespace: Namespace
        public let probe: ImageProbe
        public let reference: Reference
        /// When it came, in nanoseconds since 1970.
        public let kept: Int64

        public var file: StoredFile { reference.file }
    }

    /// A library beside a workshop. `limit` bytes may be kept, in ``Shares``, `lifetime` nanoseconds after
    /// each was last used.
    public init(of workshop: Workshop, folder: String, memory: Int, limit: Int, lifetime: Int64) {
        (clock, randomness, notice) = (workshop.clock, workshop.randomness, workshop.notice)
        (self.limit, self.lifetime) = (limit, lifetime)
        spool = Spool(folder: folder, memory: memory, notice)
    }

    /// Keeps a file. It may write it to a disk and is for threads that may wait.
    public func keep(
        _ bytes: consuming ByteBuffer, _ probe: ImageProbe, for namespace: Namespace
    ) throws(TaskError) -> Media {
        forget()
        let (count, now) = (bytes.count, clock.now)
        let fits = state.withLock { state in
            guard state.shares.admit(count, for: namespace, free: limit - state.bytes) else { return false }
            state.add(count, for: namespace)
            return true
        }
        guard fits else {
            let error = TaskError.storageFull(retryAfter: MediaLibrary.retry)
            notice(.full(error))
            throw error
        }
        let digest = SHA256.digest(bytes.bytes)
        let reference = Reference(
            file: spool.keep(bytes), digest: digest, decodingBytes: probe.decodingBytes(fileBytes: count))
        return state.withLock { state in
            while true {
                let id = randomness.draw(namespace, digest).id
                guard state.rows[id] == nil else { continue }
                let media = Media(id: id, namespace: namespace, probe: probe, reference: reference, kept: now)
                state.rows[id] = Row(media: media, expires: now.later(by: lifetime))
                state.due.insert(id, at: now.later(by: lifetime))
                return media
            }
        }
    }

    /// What is kept under an id, for another while.
    public func use(_ id: TaskID) -> Media? {
        let now = clock.now
        return state.withLock { state in
            guard let row = state.rows[id], row.expires > now else { return nil }
            state.rows[id]?.expires = now.later(by: lifetime)
            return row.media
        }
    }

    /// Lets go of a file of this namespace; says whether it was there.
    public func remove(_ id: TaskID, of namespace: Namespace) -> Bool {
        let now = clock.now
        let gone = state.withLock { state in
            guard let row = state.rows[id], row.expires > now, row.media.namespace == namespace else {
                return nil as Media?
            }
            state.rows[id] = nil
            state.add(-row.media.file.count, for: namespace)
            return row.media
        }
        return gone != nil
    }

    /// Lets go of what nobody used for too long.
    public func forget() {
        let now = clock.now
        // They end outside of the lock.
        var gone: [Media] = []
        state.withLock { state in
            while let id = state.due.removeDue(at: now)?.element {
                guard let row = state.rows[id] else { continue }
                if row.expires > now {
                    state.due.insert(id, at: row.expires)
                } else {
                    state.rows[id] = nil
                    state.add(-row.media.file.count, for: row.media.namespace)
                    gone.append(row.media)
                }
            }
        }
        spool.tidy()
    }

    /// Seconds after which another try may be worth it.
    private static let retry = 10
}
