/// Packs bits into bytes from the lowest up, as deflate does (RFC 1951, 3.1.1).
struct BitWriter: ~Copyable, ~Escapable {
    private var output: MutableRawSpan
    private var bits: UInt64 = 0
    /// The number of bits held, in the lowest byte. Higher bits have no meaning.
    private var held: UInt64 = 0
    /// Whole bytes written.
    private(set) var count = 0

    /// Writes into `output`, which needs eight spare bytes at its end.
    @_lifetime(copy output)
    init(_ output: consuming MutableRawSpan) {
        self.output = output
    }

    /// Adds bits; from one `flush` to the next there is room for 56.
    ///
    /// The packed code is added to the count as a whole, and a shift uses the lowest six bits of its count. So the length need
    /// not be masked, which matters at one code per byte.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func put(_ code: BitCode) {
        bits |= (code.packed &>> 8) &<< held
        held &+= code.packed
    }

    /// Adds the lowest `length` bits of `value`; all others must be zero.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func put(_ value: Int, _ length: Int) {
        put(BitCode(UInt64(value), length))
    }

    /// Writes the whole bytes held.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func flush() {
        // The span checks its bounds; any eight bytes are a number.
        output.storeBytes(of: bits.littleEndian, toByteOffset: count, as: UInt64.self)
        let whole = held & 0x38
        count &+= Int(truncatingIfNeeded: whole &>> 3)
        bits &>>= whole
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

/// Bits and their count.
struct BitCode {
    /// The count in the lowest byte, the bits above it.
    fileprivate let packed: UInt64

    init(_ bits: UInt64, _ count: Int) {
        packed = bits << 8 | UInt64(count)
    }

    var count: Int { Int(packed & 0xff) }
    var bits: UInt64 { packed >> 8 }

    /// These bits, then others.
    func followed(by bits: Int, _ count: Int) -> BitCode {
        BitCode(self.bits | UInt64(bits) << UInt64(self.count), self.count + count)
    }
}
