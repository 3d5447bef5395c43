extension MutableSpan where Element == UInt8 {
    /// Applies a masking key whose lowest byte belongs to the first byte of the range (RFC 6455, 5.3).
    @_lifetime(self: copy self)
    mutating func unmask(_ range: Range<Int>, with key: UInt32) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let wide = UInt64(key) << 32 | UInt64(key)
        unsafe withUnsafeMutableBytes { bytes in
            // Every access lies in the range, which lies in the span; loads and stores need no alignment. Eight bytes at
            // a time the compiler makes vectors of.
            var at = range.lowerBound
            while at &+ 8 <= range.upperBound {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                unsafe bytes.storeBytes(of: word ^ wide.littleEndian, toByteOffset: at, as: UInt64.self)
                at &+= 8
            }
            var rest = wide
            while at < range.upperBound {
                unsafe bytes[at] ^= UInt8(truncatingIfNeeded: rest)
                rest = rest &>> 8
                at &+= 1
            }
        }
    }
}
