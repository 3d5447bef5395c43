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
    private let folder: String
    private let memory: Int
    private let observer: Event.Observer
    private let state = Locked(State())
    private let inMemory = Atomic<Int>(0)
    private let inFiles = Atomic<Int>(0)

    /// The size from which a file accepts no more blobs.
    private static let segmentBytes = 32 << 20

    private struct State {
        var blobs: [BlobName: Blob] = [:]
        /// The file that receives the next blob.
        var current: Segment?
    }

    /// A file, and how far it is filled.
    private final class Segment: Sendable {
        let file: SharedFile
        let used = Atomic<Int>(0)
        /// The number of its blobs that are in use.
        let live = Atomic<Int>(0)

        init(_ file: SharedFile) { self.file = file }
    }

    /// Creates a store that keeps at most `memory` bytes in memory, and the rest on the file system of `folder`.
    public init(folder: String, memory: Int, _ observer: @escaping Event.Observer = { _ in }) {
        (self.folder, self.memory, self.observer) = (folder, memory, observer)
    }

    public var mayWait: Bool { false }

    public var usage: BlobUsage {
        BlobUsage(memory: inMemory.load(ordering: .relaxed), files: inFiles.load(ordering: .relaxed))
    }

    public func put(_ bytes: consuming ByteBuffer, as name: BlobName) -> Blob {
        if takeMemory(bytes.count) { return keep(inMemory(bytes), name) }
        if let blob = write(bytes.bytes) { return keep(blob, name) }
        inMemory.add(bytes.count, ordering: .relaxed)
        return keep(inMemory(bytes), name)
    }

    public func put(copying bytes: Span<UInt8>, as name: BlobName) -> Blob {
        if !takeMemory(bytes.count) {
            if let blob = write(bytes) { return keep(blob, name) }
            inMemory.add(bytes.count, ordering: .relaxed)
        }
        return keep(inMemory(ByteBuffer(bytes)), name)
    }

    public func blob(_ name: BlobName) -> Blob? { state.withLock { $0.blobs[name] } }

    public func remove(_ name: BlobName) {
        // The blob may be released here, which must happen outside the lock.
        let blob = state.withLock { $0.blobs.removeValue(forKey: name) }
        _ = consume blob
    }

    private func keep(_ blob: Blob, _ name: BlobName) -> Blob {
        state.withLock { $0.blobs[name] = blob }
        return blob
    }

    // MARK: - Memory

    private func takeMemory(_ count: Int) -> Bool {
        if inMemory.add(count, ordering: .relaxed).newValue <= memory { return true }
        inMemory.subtract(count, ordering: .relaxed)
        return false
    }

    /// A blob in memory whose size is already counted.
    private func inMemory(_ bytes: consuming ByteBuffer) -> Blob {
        let count = bytes.count
        return Blob(.memory(SharedBytes(bytes))) { [self] in inMemory.subtract(count, ordering: .relaxed) }
    }

    // MARK: - Files

    private func write(_ bytes: Span<UInt8>) -> Blob? {
        do throws(Errno) {
            let (segment, range) = try place(bytes.count)
            let blob = Blob(.file(segment.file, range)) { [self] in release(segment) }
            try segment.file.write(bytes, at: range.lowerBound)
            return blob
        } catch {
            observer(.noFile(error))
            return nil
        }
    }

    /// Allocates a range of a file for exclusive use by the caller.
    private func place(_ count: Int) throws(Errno) -> (Segment, Range<Int>) {
        try state.withLock { state throws(Errno) in
            let segment: Segment
            if let current = state.current, current.used.load(ordering: .relaxed) < MemoryBlobStore.segmentBytes {
                segment = current
            } else {
                segment = Segment(try SharedFile(temporaryIn: folder))
                state.current = segment
            }
            inFiles.add(count, ordering: .relaxed)
            segment.live.add(1, ordering: .relaxed)
            let end = segment.used.add(count, ordering: .relaxed).newValue
            return (segment, end - count..<end)
        }
    }

    /// Called when a blob of a file is released. The file is closed with its last blob.
    private func release(_ segment: Segment) {
        state.withLock { state in
            guard segment.live.subtract(1, ordering: .relaxed).newValue == 0 else { return }
            inFiles.subtract(segment.used.load(ordering: .relaxed), ordering: .relaxed)
            segment.used.store(0, ordering: .relaxed)
            if state.current === segment { state.current = nil }
        }
    }
}
