/// The Paeth filter (PNG, 9.4): each byte less the one of its three neighbours that lies next to left + up - corner.
enum Paeth {
    /// The number that names the filter before a row.
    static let number: UInt8 = 4

    /// Writes what is left of `row` below the row `above`, both packed pixels of `channels` bytes.
    @_lifetime(residual: copy residual)
    static func filter(_ row: Span<UInt8>, above: Span<UInt8>, channels: Int, into residual: inout MutableSpan<UInt8>) {
        precondition(above.count == row.count && residual.count == row.count && row.count >= channels)
        for i in 0..<channels { residual[i] = row[i] &- above[i] }
        let count = row.count - channels
        let (x, left) = (row.extracting(last: count), row.extracting(first: count))
        let (up, corner) = (above.extracting(last: count), above.extracting(first: count))
        var rest = residual._mutatingExtracting(last: count)
        for i in 0..<count {
            // All five hold `count` bytes. Without the checks the loop is done sixteen bytes at a time.
            let (x, a, b, c) = unsafe (x[unchecked: i], left[unchecked: i], up[unchecked: i], corner[unchecked: i])
            unsafe rest[unchecked: i] = x &- predicted(a, b, c)
        }
    }

    /// The neighbour next to a + b - c; of two as near the first of a, b, c.
    ///
    /// In bytes alone: the distances of a and b are |b - c| and |a - c|. Where c lies between a and b, that of c is the
    /// difference of those two; elsewhere it is their sum, so that c is never chosen.
    @inline(__always)
    private static func predicted(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> UInt8 {
        let (bc, cb, ac, ca) = (excess(b, c), excess(c, b), excess(a, c), excess(c, a))
        let (toA, toB) = (bc | cb, ac | ca)
        let between = min(bc, ca) | min(cb, ac)
        let difference = excess(toA, toB) | excess(toB, toA)
        let toC = between == 0 ? 255 : difference
        let least = min(toA, min(toB, toC))
        return toA == least ? a : toB == least ? b : c
    }

    /// How much more the first is, zero when it is less.
    @inline(__always)
    private static func excess(_ a: UInt8, _ b: UInt8) -> UInt8 { max(a, b) &- b }
}
