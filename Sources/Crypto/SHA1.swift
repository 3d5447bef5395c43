public import Bytes
internal import COpenSSL

/// SHA-1 (RFC 3174), which the WebSocket handshake requires. It is used for nothing else.
///
/// The C functions are `SHA1_Init`, `SHA1_Update` and `SHA1_Final`.
public enum SHA1 {
    /// The digest's twenty bytes.
    public static func digest(_ bytes: Span<UInt8>) -> ByteBuffer {
        var state = SHA_CTX()
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        // State and digest are local variables, and the digest fits into the words.
        unsafe SHA1_Init(&state)
        _ = unsafe bytes.withUnsafeBytes { unsafe SHA1_Update(&state, $0.baseAddress, $0.count) }
        _ = unsafe withUnsafeMutableBytes(of: &words) { room in
            unsafe SHA1_Final(room.baseAddress?.assumingMemoryBound(to: UInt8.self), &state)
        }
        var buffer = ByteBuffer(capacity: 24)
        for word in [words.0, words.1, words.2] { buffer.append(eight: word.littleEndian) }
        buffer.truncate(to: 20)
        return buffer
    }
}
