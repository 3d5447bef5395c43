import Bytes
import Glibc

extension JSONValue {
    /// The value of an integer, `nil` if it does not fit or for anything else. ``bytes`` has every digit of it.
    public var integer: Int? {
        guard node.kind == .integer else { return nil }
        let isNegative = bytes[0] == UInt8(ascii: "-")
        var value = 0
        for i in (isNegative ? 1 : 0)..<bytes.count {
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let digit = Int(bytes[i] - UInt8(ascii: "0"))
            // Towards the sign from the start: the smallest integer has no positive counterpart.
            let (next, tooFar) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !tooLarge, !tooFar else { return nil }
            value = next
        }
        return value
    }

    /// The nearest value of a number of either kind, infinite beyond the range; `nil` for anything else.
    public var double: Double? {
        guard node.kind == .integer || node.kind == .float else { return nil }
        let count = bytes.count
        // strtod needs a terminating zero. It rounds correctly at any length and reads `NaN` and `Infinity` too; it depends
        // on the locale, which this program never sets.
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { text in
            for i in 0..<count { unsafe text[i] = CChar(truncatingIfNeeded: bytes[i]) }
            unsafe text[count] = 0
            return unsafe text.baseAddress.map { unsafe strtod($0, nil) }
        }
    }

    /// Whether this is a number that a double can hold only as an infinity or NaN, and that JSON proper cannot carry.
    public var isNonFinite: Bool {
        node.kind == .float && double?.isFinite == false
    }
}
