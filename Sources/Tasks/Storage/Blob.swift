public import Bytes
public import Net
public import System

/// Stored bytes, in memory or in part of a file. The space is released when the last reference to the object or to its
/// content is gone.
public final class Blob: Sendable {
    public let content: Content
    /// Called when the space is free again.
    private let whenReleased: @Sendable () -> Void

    public enum Content: Sendable {
        case memory(SharedBytes)
        case file(SharedFile, Range<Int>)
    }

    public init(_ content: Content, whenReleased: @escaping @Sendable () -> Void = {}) {
        (self.content, self.whenReleased) = (content, whenReleased)
    }

    deinit { whenReleased() }

    public var count: Int {
        switch content {
        case .memory(let bytes): bytes.count
        case .file(_, let range): range.count
        }
    }

    /// Appends the bytes in the range `part` to a buffer.
    public func append(_ part: Range<Int>, to buffer: inout ByteBuffer) throws(Errno) {
        switch content {
        case .memory(let bytes): buffer.append(bytes.bytes.extracting(part))
        case .file(let file, let range): try FilePart(file, range).append(part, to: &buffer)
        }
    }

    /// Calls `body` with the bytes. Bytes in a file are read into `room`, replacing its content.
    public func withBytes<Value>(_ room: inout ByteBuffer, _ body: (Span<UInt8>) -> Value) throws(Errno) -> Value {
        switch content {
        case .memory(let bytes): return body(bytes.bytes)
        case .file(let file, let range):
            room.removeAll()
            try file.read(range, into: &room)
            return body(room.bytes)
        }
    }
}
