/// Immutable bytes that any thread may read: a stored image, a page, a long response.
public final class SharedBytes: Sendable {
    private let buffer: ByteBuffer
    /// An object that accounts for the memory, kept alive as long as the bytes.
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
