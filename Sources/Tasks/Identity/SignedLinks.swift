public import Bytes
internal import Crypto

/// Signatures for expiring picture URLs: HMAC-SHA256 over path, expiry and content type.
///
/// Each service decides how its URLs encode these values and the signature.
public struct SignedLinks: Sendable {
    private let keyed: HMAC

    public init(key: borrowing ByteBuffer) {
        keyed = HMAC(key: key.bytes)
    }

    /// The signature in Base64. `expires` is in the unit that the URL uses.
    public func signature(path: Span<UInt8>, expires: Int64, contentType: Span<UInt8>) -> ByteBuffer {
        var hmac = keyed
        // Each part is preceded by its length, so no two URLs hash the same bytes.
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

    /// Verifies a signature in constant time, so timing does not reveal the right one. Does not check the expiry.
    public func verifies(
        _ signature: Span<UInt8>, path: Span<UInt8>, expires: Int64, contentType: Span<UInt8>
    ) -> Bool {
        let right = self.signature(path: path, expires: expires, contentType: contentType)
        return right.bytes.equalsInConstantTime(signature)
    }
}
