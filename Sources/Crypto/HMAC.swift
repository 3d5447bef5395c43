public import Bytes

/// HMAC with SHA-256 (RFC 2104), incremental.
///
/// It is built on the plain hash: libcrypto's own HMAC would link in a large part of the library.
public struct HMAC: Sendable {
    private var inner = SHA256()
    private var outer = SHA256()

    /// A key may have any length; the hash's 32 bytes are what it can use.
    public init(key: Span<UInt8>) {
        var block = ByteBuffer(capacity: 64)
        if key.count > 64 { block.append(SHA256.digest(key).bytes) } else { block.append(key) }
        while block.count < 64 { block.append(0) }
        HMAC.start(&inner, block, 0x36)
        HMAC.start(&outer, block, 0x5c)
    }

    private static func start(_ hash: inout SHA256, _ block: borrowing ByteBuffer, _ pad: UInt8) {
        var padded = ByteBuffer(capacity: 64)
        for i in 0..<64 { padded.append(block.bytes[i] ^ pad) }
        hash.update(padded)
    }

    public mutating func update(_ bytes: Span<UInt8>) {
        inner.update(bytes)
    }

    public mutating func update(_ buffer: borrowing ByteBuffer) {
        inner.update(buffer.bytes)
    }

    /// The code of all bytes.
    public consuming func finish() -> SHA256.Digest {
        var outer = outer
        outer.update(inner.finish().bytes)
        return outer.finish()
    }
}
