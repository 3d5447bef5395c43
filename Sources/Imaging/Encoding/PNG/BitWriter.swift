/// Packs bits into bytes from the lowest up, as deflate does (RFC 1951, 3.1.1).
struct BitWriter: ~Copyable, ~Escapable {
    private var output: MutableRawSpan
    private var bits: UInt64 = 0
    private var held = 0
    /// Whole bytes written.
    private(set) var count = 0

    /// Writes into `output`, which needs eight spare bytes at its end.
    @_lifetime(copy output)
    init(_ output: consuming MutableRawSpan) {
        self.output = output
    }

    /// Adds the lowest `length` bits of `value`, which has none above. Between two calls of `flush` there is room for 56.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func put(_ value: UInt64, _ length: Int) {
        bits |= value &<< UInt64(truncatingIfNeeded: held)
        held &+= length
    }

    /// Adds a code that is packed as `HuffmanCode` does.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func put(_ code: UInt32) {
        put(UInt64(code & 0xffff), Int(code &>> 16))
    }

    /// Writes the whole bytes held.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func flush() {
        // The span checks its bounds; any eight bytes are a number.
        output.storeBytes(of: bits.littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= held &>> 3
        bits &>>= UInt64(truncatingIfNeeded: held & ~7)
        held &= 7
    }

    /// Fills the last byte with zeros.
    @_lifetime(self: copy self)
    mutating func align() {
        flush()
        if held > 0 {
            count += 1
            (bits, held) = (0, 0)
        }
    }
}
