public import Bytes

extension ByteBuffer {
    /// Appends bytes with `%xx` for each that is not kept.
    public mutating func append(percentEncoding bytes: Span<UInt8>, keeping isKept: (UInt8) -> Bool) {
        for i in bytes.indices {
            if isKept(bytes[i]) {
                append(bytes[i])
            } else {
                append(UInt8(ascii: "%"))
                append((bytes[i] >> 4).hexDigit)
                append((bytes[i] & 15).hexDigit)
            }
        }
    }
}

extension UInt8 {
    /// Letters, digits and `-._~`: what stands for itself wherever it is in an address. RFC 3986, 2.3.
    public var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// The digit of a value below 16.
    fileprivate var hexDigit: UInt8 { self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "A") + self - 10 }
}
