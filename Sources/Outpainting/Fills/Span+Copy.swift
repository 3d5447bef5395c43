extension MutableSpan where Element == UInt8 {
    /// Copies bytes to a place.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func copy(_ bytes: Span<UInt8>, to offset: Int) {
        precondition(offset >= 0 && offset + bytes.count <= count)
        for i in 0..<bytes.count { self[offset &+ i] = bytes[i] }
    }
}
