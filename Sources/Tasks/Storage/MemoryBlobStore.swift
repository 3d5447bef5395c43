public import Bytes
internal import Net
internal import Synchronization
internal import System

/// Stores blobs in memory up to a limit, then in unnamed files that the system deletes when the process ends.
///
/// Blobs are appended to a file until it reaches `segmentBytes`. The file is closed when its last blob is removed. This
/// needs few descriptors and never overwrites bytes that may be read, and blobs removed in the order of their arrival
/// leave no lasting gaps. If a file cannot be written, the bytes stay in memory and the observer is notified, so no
/// accepted data is lost.
public final class MemoryBlobStore: BlobStore {
    private let space: BlobSpace
    private let observer: Event.Observer
    private let blobs = Locked<[BlobName: Blob]>([:])

    /// Creates a store that keeps at most `memory` bytes in memory, and the rest on the file system of `folder`.
    public init(folder: String, memory: Int, _ observer: @escaping Event.Observer = { _ in }) {
        (space, self.observer) = (BlobSpace(folder: folder, memory: memory), observer)
    }

    public var mayWait: Bool { false }

    public var usage: BlobUsage { space.usage }

    public func put(_ bytes: consuming ByteBuffer, as name: BlobName) -> Blob {
        if space.takeMemory(bytes.count) { return keep(space.inMemory(bytes), name) }
        if let blob = write(bytes.bytes) { return keep(blob, name) }
        space.takeMoreMemory(bytes.count)
        return keep(space.inMemory(bytes), name)
    }

    public func put(copying bytes: Span<UInt8>, as name: BlobName) -> Blob {
        if !space.takeMemory(bytes.count) {
            if let blob = write(bytes) { return keep(blob, name) }
            space.takeMoreMemory(bytes.count)
        }
        return keep(space.inMemory(ByteBuffer(bytes)), name)
    }

    public func blob(_ name: BlobName) -> Blob? { blobs.withLock { $0[name] } }

    public func remove(_ name: BlobName) {
        // The blob may be released here, which must happen outside the lock.
        let blob = blobs.withLock { $0.removeValue(forKey: name) }
        _ = consume blob
    }

    private func keep(_ blob: Blob, _ name: BlobName) -> Blob {
        blobs.withLock { $0[name] = blob }
        return blob
    }

    /// Writes bytes to a file; `nil` if that fails.
    private func write(_ bytes: Span<UInt8>) -> Blob? {
        do throws(Errno) {
            return try space.inFile(bytes)
        } catch {
            observer(.noFile(error))
            return nil
        }
    }
}

/// The memory and the files of a store. Its blobs refer to it, and so it knows none of them.
private final class BlobSpace: Sendable {
    private let folder: String
    private let memory: Int
    /// The file that receives the next blob.
    private let current = Locked<Segment?>(nil)
    private let inMemory = Atomic<Int>(0)
    private let inFiles = Atomic<Int>(0)

    /// The size from which a file accepts no more blobs.
    private static let segmentBytes = 32 << 20

    /// A file, and how far it is filled.
    private final class Segment: Sendable {
        let file: SharedFile
        let used = Atomic<Int>(0)
        /// The number of its blobs that are in use.
        let live = Atomic<Int>(0)

        init(_ file: SharedFile) { self.file = file }
    }

    init(folder: String, memory: Int) { (self.folder, self.memory) = (folder, memory) }

    var usage: BlobUsage {
        BlobUsage(memory: inMemory.load(ordering: .relaxed), files: inFiles.load(ordering: .relaxed))
    }

    // MARK: - Memory

    /// Counts bytes if the limit allows it.
    func takeMemory(_ count: Int) -> Bool {
        if inMemory.add(count, ordering: .relaxed).newValue <= memory { return true }
        inMemory.subtract(count, ordering: .relaxed)
        return false
    }

    /// Counts bytes that have no other place.
    func takeMoreMemory(_ count: Int) { inMemory.add(count, ordering: .relaxed) }

    /// A blob in memory whose size is already counted.
    func inMemory(_ bytes: consuming ByteBuffer) -> Blob {
        let count = bytes.count
        return Blob(.memory(SharedBytes(bytes))) { [self] in inMemory.subtract(count, ordering: .relaxed) }
    }

    // MARK: - Files

    func inFile(_ bytes: Span<UInt8>) throws(Errno) -> Blob {
        let (segment, range) = try place(bytes.count)
        let blob = Blob(.file(segment.file, range)) { [self] in release(segment) }
        try segment.file.write(bytes, at: range.lowerBound)
        return blob
    }

    /// Allocates a range of a file for exclusive use by the caller.
    private func place(_ count: Int) throws(Errno) -> (Segment, Range<Int>) {
        try current.withLock { current throws(Errno) in
            let segment: Segment
            if let current, current.used.load(ordering: .relaxed) < BlobSpace.segmentBytes {
                segment = current
            } else {
                segment = Segment(try SharedFile(temporaryIn: folder))
                current = segment
            }
            inFiles.add(count, ordering: .relaxed)
            segment.live.add(1, ordering: .relaxed)
            let end = segment.used.add(count, ordering: .relaxed).newValue
            return (segment, end - count..<end)
        }
    }

    /// Called when a blob of a file is released. The file is closed with its last blob.
    private func release(_ segment: Segment) {
        current.withLock { current in
            guard segment.live.subtract(1, ordering: .relaxed).newValue == 0 else { return }
            inFiles.subtract(segment.used.load(ordering: .relaxed), ordering: .relaxed)
            segment.used.store(0, ordering: .relaxed)
            if current === segment { current = nil }
        }
    }
}
