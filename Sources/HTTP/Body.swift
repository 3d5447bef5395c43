public import Bytes
import Net
import System

/// The body of a request, and its share of the memory for bodies, which it gives back when it goes.
public struct Body: ~Copyable, Sendable {
    public internal(set) var buffer = ByteBuffer()
    private var share: Budget.Share?

    public init() {}

    /// A body that no connection brought.
    public init(_ buffer: consuming ByteBuffer) { self.buffer = buffer }

    /// A body with the share of memory it already has.
    init(_ buffer: consuming ByteBuffer, _ share: consuming Budget.Share) {
        self.buffer = buffer
        self.share = .some(share)
    }

    public var count: Int { buffer.count }

    /// Receives into the room that has been made.
    mutating func receive(from socket: borrowing Descriptor, upTo limit: Int) throws(Errno) -> Transfer {
        try socket.receive(into: &buffer, upTo: min(limit, buffer.capacity - buffer.count))
    }

    public var bytes: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { buffer.bytes }
    }

    /// Takes the bytes and leaves the memory's bookkeeping: for those who keep them for their own short life.
    public mutating func takeBuffer() -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&taken, &buffer)
        return taken
    }

    /// Takes the bytes with their share of the memory for bodies, which is given back when the last who has them is done.
    public mutating func takeShared() -> SharedBytes {
        guard let share = share.take() else { return SharedBytes(takeBuffer()) }
        return SharedBytes(takeBuffer(), account: TransferBox(share))
    }

    /// Makes room for `extra` bytes more, of `expected` in all if that is known; false if no memory is left for bodies.
    ///
    /// The room grows with what has really come, so that announcing a large body costs the announcer's peers nothing.
    mutating func makeRoom(for extra: Int, expected: Int?, from budget: Budget) -> Bool {
        let needed = buffer.count + extra
        if needed <= buffer.capacity { return true }
        var capacity = max(needed, buffer.capacity * 2, Body.firstRoom)
        if let expected { capacity = min(capacity, max(expected, needed)) }
        if share == nil { share = budget.share() }
        guard share?.grow(by: capacity - buffer.capacity) ?? false else { return false }
        buffer.reserve(capacity)
        return true
    }

    /// Whether `extra` bytes more may come now. If they need memory that others are to have first, `wake` is called when it
    /// is this body's turn.
    mutating func takesTurn(for extra: Int, _ wake: @escaping @Sendable () -> Void) -> Bool {
        if buffer.count + extra <= buffer.capacity { return true }
        return share?.takesTurn(wake) ?? true
    }

    /// Small enough that as many clients as may be connected cannot take all memory with a byte each.
    private static let firstRoom = 64 << 10
}
