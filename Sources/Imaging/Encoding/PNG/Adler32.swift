internal import CDeflate

/// The checksum of a zlib stream (RFC 1950, 2.2), which can be combined from those of its parts.
struct Adler32 {
    private static let modulus = 65_521

    /// The sum of no bytes.
    private(set) var value: UInt32 = 1

    init() {}

    init(_ bytes: Span<UInt8>) {
        value = unsafe bytes.withUnsafeBytes { unsafe libdeflate_adler32(1, $0.baseAddress, $0.count) }
    }

    /// Appends `count` bytes whose own sum is `next`.
    ///
    /// The low half is one more than the sum of the bytes. The high half sums the low half after each byte, so what the low
    /// half held before counts once for each byte that follows.
    mutating func append(_ next: Adler32, count: Int) {
        let (low, high) = (Int(value & 0xffff), Int(value >> 16))
        let (nextLow, nextHigh) = (Int(next.value & 0xffff), Int(next.value >> 16))
        let m = Adler32.modulus
        let newLow = (low + nextLow + m - 1) % m
        let newHigh = (high + nextHigh + count % m * (low + m - 1)) % m
        value = UInt32(newHigh << 16 | newLow)
    }
}
