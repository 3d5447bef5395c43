import Bytes
import Crypto

/// SHA-256 in hexadecimal, to pin pictures by.
public enum PictureHash {
    /// The digest's first eight bytes, enough to pin a picture.
    public static func short(_ bytes: Span<UInt8>) -> String {
        String(text(bytes).prefix(16))
    }

    /// The whole digest.
    public static func text(_ bytes: Span<UInt8>) -> String {
        var text = ByteBuffer(capacity: 64)
        text.append(hex: SHA256.digest(bytes).bytes.bytes)
        return text.bytes.text
    }
}
