/// Bytes that do not change any more and may be read by many at once: a stored image, a page, a long answer.
public final class SharedBytes: Sendable {
    private let buffer: ByteBuffer
    /// Lives as long as the bytes: what accounts for their memory.
    private let account: (any AnyObject & Sendable)?

    public init(_ buffer: consuming ByteBuffer, account: (any AnyObject & Sendable)? = nil) {
        self.buffer = buffer
        self.account = account
    }

    public var count: Int { buffer.count }

    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // The storage never changes and lives as long as the object.
            let span = unsafe Span(_unsafeStart: UnsafePointer(buffer.start ?? ByteBuffer.nowhere), count: buffer.used)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
