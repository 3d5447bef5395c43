public import Bytes
public import System

/// The way of a connection's bytes to its peer and back: plain now, TLS later.
///
/// The layers above use a transport and never its descriptor. Calls do not wait: after `.wouldBlock` the call is repeated when the
/// descriptor is ready for `readiness(for:)` the call's own direction.
public struct Transport: ~Copyable, Sendable {
    /// What stands between the bytes and the socket. With one case the switches below are no branches.
    private enum Security {
        case plain
    }

    /// For the event loop to watch.
    public let descriptor: Descriptor
    private let security = Security.plain
    /// Whether the kernel may send files itself, which it can only where it may see the bytes.
    private let sendsFiles: Bool

    /// How much of a file is read at once where the kernel cannot send it.
    private static let filePiece = 128 << 10

    /// A transport without encryption.
    ///
    /// Without `sendsFiles`, files are read and then sent, as encryption needs it.
    public init(plain descriptor: consuming Descriptor, sendsFiles: Bool = true) {
        self.descriptor = descriptor
        self.sendsFiles = sendsFiles
    }

    // MARK: - Readiness

    /// How far the greeting of a transport is, before which nothing can be received or sent.
    public enum Greeting: Equatable, Sendable {
        case done
        /// Go on when the descriptor is ready for this.
        case wants(Readiness)
    }

    /// Goes on with the greeting.
    public borrowing func greet() throws(Errno) -> Greeting {
        switch security {
        case .plain: .done
        }
    }

    /// What the descriptor must be ready for so that a call that is blocked can go on: with encryption, receiving may need to
    /// send, and the other way round.
    @inline(__always)
    public borrowing func readiness(for interest: Readiness) -> Readiness {
        switch security {
        case .plain: interest
        }
    }

    // MARK: - Receiving

    /// Receives into the spare room of `buffer`, at most `limit` bytes.
    @inline(__always)
    public borrowing func receive(into buffer: inout ByteBuffer, upTo limit: Int) throws(Errno) -> Transfer {
        switch security {
        case .plain: try descriptor.receive(into: &buffer, upTo: limit)
        }
    }

    /// Whether received bytes wait to be read.
    public var hasInput: Bool {
        borrowing get {
            switch security {
            case .plain: descriptor.hasInput
            }
        }
    }

    // MARK: - Sending

    /// Sends from `bytes`.
    @inline(__always)
    public borrowing func send(_ bytes: Span<UInt8>) throws(Errno) -> Transfer {
        switch security {
        case .plain: try descriptor.send(bytes)
        }
    }

    /// Sends what a buffer holds.
    @inline(__always)
    public borrowing func send(_ buffer: borrowing ByteBuffer) throws(Errno) -> Transfer { try send(buffer.bytes) }

    /// Sends two runs of bytes as one.
    @inline(__always)
    public borrowing func send(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(Errno) -> Transfer {
        switch security {
        case .plain: try descriptor.send(first, second)
        }
    }

    /// Sends a piece of a file.
    public borrowing func send(_ part: FilePart, _ range: Range<Int>) throws(Errno) -> Transfer {
        if sendsFiles { return try descriptor.send(part, range) }
        let piece = try Transport.read(part, range)
        return try send(piece.bytes)
    }

    /// Sends what a buffer holds and a piece of a file behind it.
    public borrowing func send(
        _ buffer: borrowing ByteBuffer, _ part: FilePart, _ range: Range<Int>
    ) throws(Errno) -> Transfer {
        if sendsFiles { return try descriptor.send(buffer, part, range) }
        let piece = try Transport.read(part, range)
        return try send(buffer.bytes, piece.bytes)
    }

    private static func read(_ part: FilePart, _ range: Range<Int>) throws(Errno) -> ByteBuffer {
        var piece = ByteBuffer()
        try part.append(range.lowerBound..<min(range.upperBound, range.lowerBound + filePiece), to: &piece)
        return piece
    }

    /// How much of what was sent the peer's side has not acknowledged yet.
    public borrowing func unacknowledged() -> Int { descriptor.unacknowledged() }

    // MARK: - The end

    /// Ends the output: the peer reads the end of the stream.
    public borrowing func shutdownSending() {
        switch security {
        case .plain: descriptor.shutdownSending()
        }
    }

    /// Has the connection reset when the transport goes.
    public borrowing func resetAtClose() { descriptor.resetAtClose() }
}
