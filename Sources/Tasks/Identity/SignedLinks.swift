public import Bytes
internal import Crypto

/// Signatures of addresses that lead to a picture for a while: HMAC-SHA256 over path, expiry and content type.
///
/// How an address carries the three and the signature is its service's affair.
public struct SignedLinks: Sendable {
    private let keyed: HMAC

    public init(key: borrowing ByteBuffer) {
        keyed = HMAC(key: key.bytes)
    }

    /// The signature in base64. `expires` is in whatever unit the address has it.
    public func signature(path: Span<UInt8>, expires: Int64, contentType: Span<UInt8>) -> ByteBuffer {
        var hmac = keyed
        // Each part's length stands before it, so that no two addresses are one to the hash.
        var parts = ByteBuffer(capacity: 24 + path.count + contentType.count)
        parts.append(eight: UInt64(path.count))
        parts.append(eight: UInt64(contentType.count))
        parts.append(eight: UInt64(bitPattern: expires))
        parts.append(path)
        parts.append(contentType)
        hmac.update(parts)
        var text = ByteBuffer(capacity: Base64.encodedCount(32))
        Base64.encode(hmac.finish().bytes.bytes, into: &text)
        return text
    }

    /// Whether a signature is that of an address, in a time that tells nothing about the right one. Whether the address has
    /// expired is another question.
    public func verifies(
        _ signature: Span<UInt8>, path: Span<UInt8>, expires: Int64, contentType: Span<UInt8>
    ) -> Bool {
        let right = self.signature(path: path, expires: expires, contentType: contentType)
        return right.bytes.equalsInConstantTime(signature)
    }
}
