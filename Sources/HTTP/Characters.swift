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

    /// The characters of a host and port: those of names, of addresses and of percent-encodings. RFC 3986, 3.2.
    ///
    /// `!$%&'()*+,-.:;=[]_~`, digits and letters.
    static var authority: CharacterSet { CharacterSet(low: 0x2FFF_7FF2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE) }
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
    /// Sixteen bytes at a time; never reads past the end.
    @inline(__always)
    func firstControl(from start: Int) -> Int {
        unsafe withUnsafeBytes { bytes in
            var at = start
            let end = bytes.count
            while at &+ 16 <= end {
                let block = unsafe bytes.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self)
                let isControl = ((block .< 0x20) .& (block .!= 0x09)) .| (block .== 0x7F)
                if any(isControl) { break }
                at &+= 16
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
