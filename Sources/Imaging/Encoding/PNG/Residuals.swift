/// The filtered rows of a band, each after the number of its filter, read as tokens: literals and runs of zeros.
///
/// Bytes are read eight at a time. Eight zeros begin a run, which extends to the last zero; all other bytes are literals. A
/// run is written as a zero and matches at distance 1, so it needs no search.
struct Residuals: ~Escapable {
    let bytes: RawSpan
    /// Bytes from one row to the next.
    let stride: Int

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, stride: Int) {
        // Bytes have no padding between them that would be read.
        self.bytes = unsafe bytes.bytes
        self.stride = stride
    }

    var rows: Int { bytes.byteCount / stride }

    /// The eight bytes from `i` on, the first one lowest.
    @inline(__always)
    func word(_ i: Int) -> UInt64 {
        // The span checks its bounds; any eight bytes are a number.
        UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: i, as: UInt64.self))
    }

    @inline(__always)
    func byte(_ i: Int) -> UInt8 {
        unsafe bytes.unsafeLoad(fromByteOffset: i, as: UInt8.self)
    }

    /// Where the run of zeros that begins at `start` ends. There are at least eight.
    @inline(__always)
    func endOfZeros(from start: Int, before end: Int) -> Int {
        var i = start &+ 8
        // Flat parts of a canvas are megabytes of zeros.
        while i &+ 32 <= end, word(i) | word(i &+ 8) | word(i &+ 16) | word(i &+ 24) == 0 { i &+= 32 }
        while i &+ 8 <= end {
            let word = word(i)
            if word != 0 { return i &+ word.trailingZeroBitCount &>> 3 }
            i &+= 8
        }
        while i < end, byte(i) == 0 { i &+= 1 }
        return i
    }
}
