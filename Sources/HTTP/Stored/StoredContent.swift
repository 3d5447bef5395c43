public import Bytes
public import Net
public import System

/// Bytes that are sent from where they stand: in memory, in a file, or made of such piece by piece.
public enum StoredContent: Sendable {
    case bytes(SharedBytes)
    case file(FilePart)
    case made(any MadeContent)

    public var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.count
        case .made(let content): content.count
        }
    }

    /// The memory that it takes until it is sent.
    var weight: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file: 0
        case .made(let content): content.weight
        }
    }

    /// How much is made at once.
    private static let piece = 128 << 10

    /// Sends what a buffer holds and part of these behind it; the peer may take less.
    func send(
        behind head: borrowing ByteBuffer, _ range: Range<Int>, to transport: borrowing Transport
    ) throws(Errno) -> Transfer {
        switch self {
        case .bytes(let bytes): return try transport.send(head.bytes, bytes.bytes.extracting(range))
        case .file(let file): return try transport.send(head, file, range)
        case .made(let content):
            var piece = ByteBuffer()
            try content.append(range.prefix(StoredContent.piece), to: &piece)
            return try transport.send(head.bytes, piece.bytes)
        }
    }

    /// Sends part of these; the peer may take less.
    func send(_ range: Range<Int>, to transport: borrowing Transport) throws(Errno) -> Transfer {
        switch self {
        case .bytes(let bytes): return try transport.send(bytes.bytes.extracting(range))
        case .file(let file): return try transport.send(file, range)
        case .made(let content):
            var piece = ByteBuffer()
            try content.append(range.prefix(StoredContent.piece), to: &piece)
            return try transport.send(piece.bytes)
        }
    }

    /// Part of these, behind what a buffer holds.
    public func append(_ range: Range<Int>, to buffer: inout ByteBuffer) throws(Errno) {
        switch self {
        case .bytes(let bytes): buffer.append(bytes.bytes.extracting(range))
        case .file(let file): try file.append(range, to: &buffer)
        case .made(let content): try content.append(range, to: &buffer)
        }
    }
}
