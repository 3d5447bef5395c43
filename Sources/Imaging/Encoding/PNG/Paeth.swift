internal import CShims

/// The Paeth filter (PNG, 9.4): each byte minus the one of its three neighbors that is nearest to left + up - corner.
///
/// The same loop in Swift takes 1.7 ms for four megapixels instead of 0.7, a sixth of an easy picture: Swift compiles it
/// only for the oldest processors.
enum Paeth {
    /// The filter's number, which precedes each row.
    static let number: UInt8 = 4

    /// Writes the residuals of `row` below the row `above`, both packed pixels of `channels` bytes.
    @_lifetime(residual: copy residual)
    static func filter(_ row: Span<UInt8>, above: Span<UInt8>, channels: Int, into residual: inout MutableSpan<UInt8>) {
        precondition(above.count == row.count && residual.count == row.count && row.count >= channels)
        // Left of the picture all is zero, so the pixel above is the nearest.
        for i in 0..<channels { residual[i] = row[i] &- above[i] }
        let count = row.count - channels
        // All three hold `channels` bytes and then `count`, and a span that may be written overlaps no other.
        unsafe row.withUnsafeBufferPointer { row in
            unsafe above.withUnsafeBufferPointer { above in
                unsafe residual.withUnsafeMutableBufferPointer { residual in
                    guard let row = row.baseAddress, let above = above.baseAddress, let residual = residual.baseAddress
                    else { return }
                    unsafe outpaint_paeth(row + channels, above + channels, channels, count, residual + channels)
                }
            }
        }
    }
}
