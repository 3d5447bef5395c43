internal import COpenSSL

extension Span where Element == UInt8 {
    /// Whether both hold the same bytes, in a time that does not depend on where they differ. Their length is not secret. The C
    /// function is `CRYPTO_memcmp`.
    public func equalsInConstantTime(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBytes { a in
            unsafe other.withUnsafeBytes { b in unsafe CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0 }
        }
    }
}
