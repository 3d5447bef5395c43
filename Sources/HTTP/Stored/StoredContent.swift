public import Bytes
public import Net

/// Bytes that are kept and sent from where they stand: in memory, or in a file.
public enum StoredContent: Sendable {
    case bytes(SharedBytes)
    case file(FilePart)

    public var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.count
        }
    }

    /// Sends what a buffer holds and part of these behind it; the peer may take less.
    func send(
        behind head: borrowing ByteBuffer, _ range: Range<Int>, to socket: borrowing Descriptor
    ) throws(Errno) -> Transfer {
        switch self {
        case .bytes(let bytes): try socket.send(head, bytes, range)
        case .file(let file): try socket.send(head, file, range)
        }
    }

    /// Sends part of these; the peer may take less.
    func send(_ range: Range<Int>, to socket: borrowing Descriptor) throws(Errno) -> Transfer {
        switch self {
        case .bytes(let bytes): try socket.send(bytes.bytes.extracting(range))
        case .file(let file): try socket.send(file, range)
        }
    }
}
