public import Bytes
internal import COpenSSL

/// SHA-256 (FIPS 180-4), incremental. The C functions are `SHA256_Init`, `SHA256_Update` and `SHA256_Final`.
public struct SHA256: Sendable {
    private var state = SHA256_CTX()

    public init() {
        // The state is a stored property, here and in the calls below.
        unsafe SHA256_Init(&state)
    }

    public mutating func update(_ bytes: Span<UInt8>) {
        _ = unsafe bytes.withUnsafeBytes { unsafe SHA256_Update(&state, $0.baseAddress, $0.count) }
    }

    public mutating func update(_ buffer: borrowing ByteBuffer) {
        update(buffer.bytes)
    }

    /// The digest of all bytes.
    public consuming func finish() -> Digest {
        var state = state
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        // The digest is as large as the four words.
        _ = unsafe withUnsafeMutableBytes(of: &words) { room in
            unsafe SHA256_Final(room.baseAddress?.assumingMemoryBound(to: UInt8.self), &state)
        }
        return Digest(words)
    }

    public static func digest(_ bytes: Span<UInt8>) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }
}

extension SHA256 {
    /// 32 bytes, in four words as they lie in memory.
    public struct Digest: Hashable, Sendable {
        private let first, second, third, fourth: UInt64

        init(_ words: (UInt64, UInt64, UInt64, UInt64)) { (first, second, third, fourth) = words }

        /// A digest from its 32 bytes, `nil` for any other number of bytes.
        public init?(_ bytes: Span<UInt8>) {
            guard bytes.count == 32 else { return nil }
            func word(_ start: Int) -> UInt64 {
                var word: UInt64 = 0
                for index in 0..<8 { word |= UInt64(bytes[start + index]) << UInt64(8 * index) }
                return word.littleEndian
            }
            (first, second, third, fourth) = (word(0), word(8), word(16), word(24))
        }

        /// The digest as big-endian numbers, for unpredictable numbers derived from it.
        public var numbers: (UInt64, UInt64, UInt64, UInt64) {
            (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
        }

        public var bytes: ByteBuffer {
            var buffer = ByteBuffer(capacity: 32)
            for word in [first, second, third, fourth] { buffer.append(eight: word.littleEndian) }
            return buffer
        }

        // A digest is uniformly distributed already.
        public func hash(into hasher: inout Hasher) { hasher.combine(first) }
    }
}
