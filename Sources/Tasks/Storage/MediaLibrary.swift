public import Bytes
internal import Crypto
public import Imaging
internal import System
public import Time

/// Uploaded files that callers refer to by ID in later requests. A file expires when it has not been used for
/// `lifetime` of its key's time.
public final class MediaLibrary: Sendable {
    private let agenda: Agenda
    private let randomness: Randomness
    private let services: @Sendable () -> [StaticString]
    private let observer: Event.Observer
    private let lifetime: Interval
    private let blobs: any BlobStore
    private let state: Locked<State>
    private let source = Locked<Agenda.Source?>(nil)

    private struct State {
        var rows: [TaskID: Row] = [:]
        var shares: FairShare<Namespace>
    }

    private struct Row {
        let media: Media
        var expires: Instant
    }

    /// An uploaded file.
    public struct Media: Sendable {
        public let id: TaskID
        public let namespace: Namespace
        public let probe: ImageProbe
        public let image: InputImage
        /// When it was uploaded.
        public let kept: Instant

        public var file: Blob { image.file }
    }

    /// Creates a library that shares the store of a task service. It keeps at most `limit` bytes, and a file for
    /// `lifetime` after its last use. A namespace may use three times as much as it leaves free for others.
    public init(
        of tasks: TaskService, folder: String, memory: Int, limit: Int, lifetime: Interval,
        blobs: (any BlobStore)? = nil
    ) {
        (agenda, randomness, observer) = (tasks.agenda, tasks.randomness, tasks.observer)
        services = { [weak tasks] in tasks?.services ?? [] }
        self.lifetime = lifetime
        self.blobs = blobs ?? MemoryBlobStore(folder: folder, memory: memory, tasks.observer)
        state = Locked(State(shares: FairShare(limit, factor: 3)))
        source.withLock {
            $0 = agenda.source("media") { [weak self] id, _ in self?.expire(TaskID(number: id)) ?? { "nothing" } }
        }
    }

    /// Stores a file. May write to a disk, so it must not be called on an event loop.
    public func keep(
        _ bytes: consuming ByteBuffer, _ probe: ImageProbe, for namespace: Namespace
    ) throws(TaskError) -> Media {
        let count = bytes.count
        let fits = state.withLock { state in
            guard state.shares.hasRoom(count, for: namespace) else { return false }
            state.shares.take(count, for: namespace)
            return true
        }
        guard fits else {
            let error = TaskError.storageFull(retryAfter: MediaLibrary.retry)
            observer(.full(error))
            throw error
        }
        let digest = SHA256.digest(bytes.bytes)
        let name = BlobName.random()
        let blob: Blob
        do throws(StoreError) {
            blob = try blobs.put(bytes, as: name)
        } catch {
            state.withLock { $0.shares.giveBack(count, by: namespace) }
            observer(.storeFailed(error))
            throw .unavailable(retryAfter: 1)
        }
        let image = InputImage(
            owned: OwnedBlob(name, blob, in: blobs), digest: digest,
            decodingBytes: probe.decodingBytes(fileBytes: count))
        let now = agenda.clock.now(for: namespace.key)
        let media = state.withLock { state in
            while true {
                let id = randomness.draw(namespace, digest).id
                guard state.rows[id] == nil else { continue }
                let media = Media(id: id, namespace: namespace, probe: probe, image: image, kept: now)
                state.rows[id] = Row(media: media, expires: now + lifetime)
                return media
            }
        }
        schedule(media, at: now + lifetime)
        return media
    }

    /// The file with an ID. Restarts its lifetime.
    public func use(_ id: TaskID) -> Media? {
        state.withLock { state in
            guard let row = state.rows[id] else { return nil }
            let now = agenda.clock.now(for: row.media.namespace.key)
            guard row.expires > now else { return nil }
            state.rows[id]?.expires = now + lifetime
            return row.media
        }
    }

    /// Removes a file of this namespace. Returns whether it existed.
    public func remove(_ id: TaskID, of namespace: Namespace) -> Bool {
        let now = agenda.clock.now(for: namespace.key)
        return take(id) { $0.media.namespace == namespace && $0.expires > now } != nil
    }

    /// Removes a file if it is due and was not used meanwhile.
    private func expire(_ id: TaskID) -> Agenda.Account {
        guard let row = state.withLock({ $0.rows[id] }) else { return { "nothing" } }
        let now = agenda.clock.now(for: row.media.namespace.key)
        if take(id, where: { $0.expires <= now }) != nil { return { "media expired" } }
        schedule(row.media, at: row.expires)
        return { "nothing" }
    }

    /// Removes a file and returns it, so that it is released outside the lock.
    private func take(_ id: TaskID, where isTaken: (Row) -> Bool) -> Media? {
        state.withLock { state in
            guard let row = state.rows[id], isTaken(row) else { return nil }
            state.rows[id] = nil
            state.shares.giveBack(row.media.file.count, by: row.media.namespace)
            return row.media
        }
    }

    private func schedule(_ media: Media, at instant: Instant) {
        guard let source = source.withLock({ $0 }) else { return }
        agenda.add(source, media.id.number, for: media.namespace.key, at: instant)
    }

    /// Seconds until a retry may succeed.
    private static let retry = 10
}

// MARK: - Reset, export and import

extension MediaLibrary: WorldPart {
    public var name: StaticString { "media" }

    public func reset(_ key: KeyID?) {
        for media in all(key) { _ = take(media.id) { _ in true } }
    }

    private func all(_ key: KeyID?) -> [Media] {
        state.withLock { $0.rows.values.map(\.media) }.filter { key == nil || $0.namespace.key == key }
    }

    public func export(_ key: KeyID?, to archive: inout ArchiveWriter) throws(WorldError) {
        var files: [(Media, Instant, SharedBytes)] = []
        for media in all(key).sorted(by: { $0.id < $1.id }) {
            guard let expires = state.withLock({ $0.rows[media.id]?.expires }) else { continue }
            files.append((media, expires, try media.file.copied()))
        }
        archive.write(list: files) { file, archive in
            archive.write(file.0.id)
            archive.write(file.0.namespace)
            archive.write(file.0.kept)
            archive.write(file.1)
            archive.write(file.2)
        }
    }

    public func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void {
        let files = try reading(content) { (reader) throws(ArchiveError) in
            try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                let (id, namespace) = (try reader.id(), try reader.namespace(of: services()))
                let (kept, expires, bytes) = (try reader.instant(), try reader.instant(), SharedBytes(try reader.run()))
                guard let probe = try? ImageProbe(bytes.bytes) else { throw reader.error }
                return (id: id, namespace: namespace, kept: kept, expires: expires, bytes: bytes, probe: probe)
            }
        }
        return { [self] () throws(WorldError) in
            for file in files {
                let image = try image(file.bytes, file.probe)
                let media = Media(
                    id: file.id, namespace: file.namespace, probe: file.probe, image: image, kept: file.kept)
                state.withLock { state in
                    state.rows[file.id] = Row(media: media, expires: file.expires)
                    state.shares.take(image.count, for: file.namespace)
                }
                schedule(media, at: file.expires)
            }
        }
    }

    private func image(_ bytes: SharedBytes, _ probe: ImageProbe) throws(WorldError) -> InputImage {
        do throws(StoreError) {
            let name = BlobName.random()
            return InputImage(
                owned: OwnedBlob(name, try blobs.put(copying: bytes.bytes, as: name), in: blobs),
                digest: SHA256.digest(bytes.bytes), decodingBytes: probe.decodingBytes(fileBytes: bytes.count))
        } catch {
            throw .store(error)
        }
    }
}
