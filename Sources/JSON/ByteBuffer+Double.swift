public import Bytes

extension ByteBuffer {
    /// Appends a number as Python's `repr` writes it: the fewest digits that read back as the same, always with a point
    /// or an exponent, which comes from 1e16 up and below 1e-4 and has two digits at least. `nan`, `inf` and `-inf` are
    /// not JSON.
    public mutating func append(shortest value: Double) {
        guard value.isFinite else { return append(value.isNaN ? "nan" as StaticString : value > 0 ? "inf" : "-inf") }
        if value.sign == .minus { append(UInt8(ascii: "-")) }
        let decimal = ShortestDecimal(value.magnitude)
        // The exponent of scientific form, and so of the first digit.
        let exponent = decimal.point - 1
        if exponent >= 16 || exponent < -4 {
            append(decimal.digits[0])
            if decimal.count > 1 { append(UInt8(ascii: ".")) }
            for i in 1..<max(1, decimal.count) { append(decimal.digits[i]) }
            append(exponent < 0 ? "e-" as StaticString : "e+")
            if exponent.magnitude < 10 { append(UInt8(ascii: "0")) }
            append(decimal: Int(exponent.magnitude))
        } else {
            for i in min(0, exponent)..<max(decimal.count, exponent + 2) {
                if i == decimal.point { append(UInt8(ascii: ".")) }
                append(i >= 0 && i < decimal.count ? decimal.digits[i] : UInt8(ascii: "0"))
            }
        }
    }
}

/// The fewest decimal digits that tell a double from its neighbors, without zeros at either end.
private struct ShortestDecimal {
    /// At most 17 for a double; the standard library's text may hold zeros besides.
    var digits: InlineArray<24, UInt8> = InlineArray(repeating: UInt8(ascii: "0"))
    var count = 0
    /// How many of the digits stand before the point; may be negative or beyond the digits.
    var point = 0

    /// - Parameter value: finite and not negative.
    init(_ value: Double) {
        // The standard library finds the digits; where it puts the point and when it takes an exponent is its own way.
        var (seenPoint, seenExponent, isNegative, exponent) = (false, false, false, 0)
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): seenPoint = true
            case UInt8(ascii: "e"): seenExponent = true
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9") where seenExponent:
                exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let isLeadingZero = byte == UInt8(ascii: "0") && count == 0
                if !isLeadingZero {
                    digits[count] = byte
                    count += 1
                }
                if !seenPoint && !isLeadingZero { point += 1 }
                if seenPoint && isLeadingZero { point -= 1 }
            default: break
            }
        }
        while count > 1, digits[count - 1] == UInt8(ascii: "0") { count -= 1 }
        // Zero is the digit 0 before the point.
        (count, point) = count == 0 ? (1, 1) : (count, point + (isNegative ? -exponent : exponent))
    }
}
