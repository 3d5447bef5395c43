public import Bytes
import Net
import System

/// The body of a request, with the memory reserved for it, which is released when the body goes.
public struct Body: ~Copyable, Sendable {
    public internal(set) var buffer = ByteBuffer()
    private var share: Budget.BodyReservation?
    /// Where a service notes what it knows of the exchange, and a session of a message until it returns from `received`.
    public internal(set) var notes: ExchangeNotes?

    public init() {}

    /// A body that was not received by a connection, without reserved memory.
    public init(_ buffer: consuming ByteBuffer) { self.buffer = buffer }

    /// A body with the memory that is reserved for it already.
    init(_ buffer: consuming ByteBuffer, _ share: consuming Budget.BodyReservation) {
        self.buffer = buffer
        self.share = .some(share)
    }

    public var count: Int { buffer.count }

    /// Receives into the spare capacity.
    mutating func receive(from transport: borrowing Transport, upTo limit: Int) throws(Errno) -> Transfer {
        try transport.receive(into: &buffer, upTo: min(limit, buffer.capacity - buffer.count))
    }

    public var bytes: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { buffer.bytes }
    }

    /// Takes the bytes and leaves the reservation in the body: for callers that keep the bytes no longer than the body.
    public mutating func takeBuffer() -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&taken, &buffer)
        return taken
    }

    /// Takes the bytes with their reservation, which is released with the last reference to the bytes.
    public mutating func takeShared() -> SharedBytes {
        guard let share = share.take() else { return SharedBytes(takeBuffer()) }
        return SharedBytes(takeBuffer(), account: TransferBox(share))
    }

    /// Makes room for `extra` bytes more, of `expected` in all if that is known; false if the memory limit is reached.
    ///
    /// The capacity grows with the bytes that really arrive, so that an announced length takes no memory from others.
    mutating func makeRoom(for extra: Int, expected: Int?, from budget: Budget) -> Bool {
        let needed = buffer.count + extra
        if needed <= buffer.capacity { return true }
        var capacity = max(needed, buffer.capacity * 2, Body.firstRoom)
        if let expected { capacity = min(capacity, max(expected, needed)) }
        if share == nil { share = budget.reservation() }
        guard share?.grow(by: capacity - buffer.capacity) ?? false else { return false }
        buffer.reserve(capacity)
        return true
    }

    /// Whether `extra` bytes more may be received now. If other bodies come first, `wake` is called when it is this body's
    /// turn.
    mutating func takesTurn(for extra: Int, _ wake: @escaping @Sendable () -> Void) -> Bool {
        if buffer.count + extra <= buffer.capacity { return true }
        return share?.takesTurn(wake) ?? true
    }

    /// Small enough that all allowed connections together cannot take all memory with a byte each.
    private static let firstRoom = 64 << 10
}
