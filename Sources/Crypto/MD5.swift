public import Bytes
internal import COpenSSL

/// MD5 (RFC 1321), for the checksum that some storage services send. It is not used for security.
///
/// The C functions are `MD5_Init`, `MD5_Update` and `MD5_Final`.
public struct MD5: Sendable {
    private var state = MD5_CTX()

    public init() {
        // The state is a stored property, here and in the calls below.
        unsafe MD5_Init(&state)
    }

    public mutating func update(_ bytes: Span<UInt8>) {
        _ = unsafe bytes.withUnsafeBytes { unsafe MD5_Update(&state, $0.baseAddress, $0.count) }
    }

    /// The digest of all bytes.
    public consuming func finish() -> Digest {
        var state = state
        var words: (UInt64, UInt64) = (0, 0)
        // The digest is as large as the two words.
        _ = unsafe withUnsafeMutableBytes(of: &words) { room in
            unsafe MD5_Final(room.baseAddress?.assumingMemoryBound(to: UInt8.self), &state)
        }
        return Digest(words)
    }

    public static func digest(_ bytes: Span<UInt8>) -> Digest {
        var hash = MD5()
        hash.update(bytes)
        return hash.finish()
    }
}

extension MD5 {
    /// 16 bytes, in two words as they lie in memory.
    public struct Digest: Hashable, Sendable {
        private let first, second: UInt64

        init(_ words: (UInt64, UInt64)) { (first, second) = words }

        public var bytes: ByteBuffer {
            var buffer = ByteBuffer(capacity: 16)
            buffer.append(eight: first.littleEndian)
            buffer.append(eight: second.littleEndian)
            return buffer
        }
    }
}
