import Bytes

/// Sets of ASCII characters as bit masks: one shift and one mask a question, no table in memory.
struct CharacterSet {
    private let low: UInt64
    private let high: UInt64

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        byte < 128 && (byte < 64 ? low : high) &>> UInt64(byte & 63) & 1 == 1
    }

    /// The characters of a token: methods, field names, codings. RFC 9110, 5.6.2.
    ///
    /// Written as numbers so that it is a constant: `!#$%&'*+-.` digits, letters, `^_` backtick `|~`.
    static var token: CharacterSet { CharacterSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// The characters of a host's name: unreserved ones, sub-delimiters and those of percent-encodings. RFC 3986, 3.2.2.
    ///
    /// `!$%&'()*+,-.;=_~`, digits and letters.
    static var hostName: CharacterSet { CharacterSet(low: 0x2BFF_7FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
}

extension Span where Element == UInt8 {
    /// Whether these bytes are one token.
    @inline(__always)
    var isToken: Bool {
        let token = CharacterSet.token
        for i in 0..<count where !token.contains(self[i]) { return false }
        return count > 0
    }

    /// The first position from `start` on of a control byte other than a tab, or the end.
    ///
    /// Eight bytes at a time, by arithmetic on all of them at once; never reads past the end.
    @inline(__always)
    func firstControl(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        return unsafe withUnsafeBytes { bytes in
            var at = start
            let end = bytes.count
            while at &+ 8 <= end {
                // `at` and the seven bytes behind it lie inside.
                let word = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                let delete = word ^ (ones &* 0x7F)
                // The high bit of each byte below 0x20, and of each 0x7F. A borrow can only raise bits above the first.
                let found =
                    (((word &- ones &* 0x20) & ~word) | ((delete &- ones) & ~delete)) & (ones &* 0x80)
                if found != 0 {
                    at &+= found.trailingZeroBitCount &>> 3
                    if unsafe bytes[at] != 0x09 { return at }
                    at &+= 1
                } else {
                    at &+= 8
                }
            }
            while at < end {
                let byte = unsafe bytes[at]
                if byte < 0x20 && byte != 0x09 || byte == 0x7F { return at }
                at &+= 1
            }
            return end
        }
    }
}
