internal import Bytes
internal import Net
internal import Synchronization
internal import System

/// Keeps bytes: in memory while that is not full, then in files without names.
///
/// A file takes what comes one after the other until it is large enough, and ends with the last of what is in it. So there
/// are few descriptors, nothing is ever written twice to a place somebody reads, and what comes and goes in the same order
/// leaves no gaps for long. Where a file cannot be written the bytes stay in memory, and that is told: nothing that was
/// accepted is lost.
final class Spool: Sendable {
    private let folder: String
    private let memory: Int
    private let notice: Notice.Hearer
    private let tally = Tally()
    /// The file that takes what comes next.
    private let current = Locked<Segment?>(nil)

    /// Bytes after which a file takes nothing more.
    private static let segmentBytes = 32 << 20

    /// The bytes in use.
    final class Tally: Sendable {
        let inMemory = Atomic<Int>(0)
        let inFiles = Atomic<Int>(0)
    }

    /// One file and how far it is filled, which changes only while the spool's lock is held.
    final class Segment: @unchecked Sendable {
        let file: SharedFile
        private let tally: Tally
        private(set) var used = 0

        init(_ file: SharedFile, _ tally: Tally) {
            (self.file, self.tally) = (file, tally)
        }

        deinit { tally.inFiles.subtract(used, ordering: .relaxed) }

        func take(_ count: Int) -> Range<Int> {
            defer { used += count }
            tally.inFiles.add(count, ordering: .relaxed)
            return used..<used + count
        }
    }

    init(folder: String, memory: Int, _ notice: @escaping Notice.Hearer = { _ in }) {
        (self.folder, self.memory, self.notice) = (folder, memory, notice)
    }

    /// Bytes kept in memory, and bytes of files, with what is in them of no use any more.
    var inMemory: Int { tally.inMemory.load(ordering: .relaxed) }
    var inFiles: Int { tally.inFiles.load(ordering: .relaxed) }

    /// Keeps what a buffer holds, and in memory the buffer itself.
    func keep(_ buffer: consuming ByteBuffer) -> StoredFile {
        if takeMemory(buffer.count) { return StoredFile(SharedBytes(buffer), tally) }
        if let file = write(buffer.bytes) { return file }
        tally.inMemory.add(buffer.count, ordering: .relaxed)
        return StoredFile(SharedBytes(buffer), tally)
    }

    /// Keeps a copy of what a buffer holds.
    func keep(copying buffer: borrowing ByteBuffer) -> StoredFile {
        if !takeMemory(buffer.count) {
            if let file = write(buffer.bytes) { return file }
            tally.inMemory.add(buffer.count, ordering: .relaxed)
        }
        return StoredFile(SharedBytes(ByteBuffer(buffer.bytes)), tally)
    }

    /// Lets go of a file that holds nothing of use.
    func tidy() {
        current.withLock { segment in
            if isKnownUniquelyReferenced(&segment) { segment = nil }
        }
    }

    private func takeMemory(_ count: Int) -> Bool {
        if tally.inMemory.add(count, ordering: .relaxed).newValue <= memory { return true }
        tally.inMemory.subtract(count, ordering: .relaxed)
        return false
    }

    private func write(_ bytes: Span<UInt8>) -> StoredFile? {
        do throws(Errno) {
            let (segment, range) = try place(bytes.count)
            try segment.file.write(bytes, at: range.lowerBound)
            return StoredFile(segment, range, tally)
        } catch {
            notice(.noFile(error))
            return nil
        }
    }

    /// A place for so many bytes, which is the caller's alone.
    private func place(_ count: Int) throws(Errno) -> (Segment, Range<Int>) {
        try current.withLock { current throws(Errno) in
            if let segment = current, segment.used < Spool.segmentBytes { return (segment, segment.take(count)) }
            let segment = Segment(try SharedFile(temporaryIn: folder), tally)
            current = segment
            return (segment, segment.take(count))
        }
    }
}
