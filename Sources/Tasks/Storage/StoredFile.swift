public import Bytes
public import Net
public import System

/// Bytes that are kept, in memory or in a file beside others. Their room is given back when the last user of the object and
/// whoever still sends what is in it are gone.
public final class StoredFile: Sendable {
    public let content: Content
    /// Kept so that the segment's room stays counted.
    private let segment: Spool.Segment?
    private let tally: Spool.Tally

    public enum Content: Sendable {
        case memory(SharedBytes)
        case file(SharedFile, Range<Int>)
    }

    init(_ bytes: SharedBytes, _ tally: Spool.Tally) {
        (content, segment, self.tally) = (.memory(bytes), nil, tally)
    }

    init(_ segment: Spool.Segment, _ range: Range<Int>, _ tally: Spool.Tally) {
        (content, self.segment, self.tally) = (.file(segment.file, range), segment, tally)
    }

    deinit {
        if segment == nil { tally.inMemory.subtract(count, ordering: .relaxed) }
    }

    public var count: Int {
        switch content {
        case .memory(let bytes): bytes.count
        case .file(_, let range): range.count
        }
    }

    /// Reads what stands at `part` behind what a buffer holds.
    public func append(_ part: Range<Int>, to buffer: inout ByteBuffer) throws(Errno) {
        switch content {
        case .memory(let bytes): buffer.append(bytes.bytes.extracting(part))
        case .file(let file, let range): try FilePart(file, range).append(part, to: &buffer)
        }
    }

    /// Calls `body` with the bytes. Those of a file are read into `room`, in place of what it holds.
    func withBytes<Value>(_ room: inout ByteBuffer, _ body: (Span<UInt8>) -> Value) throws(Errno) -> Value {
        switch content {
        case .memory(let bytes): return body(bytes.bytes)
        case .file(let file, let range):
            room.removeAll()
            try file.read(range, into: &room)
            return body(room.bytes)
        }
    }
}
