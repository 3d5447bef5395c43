import Bytes

extension FieldKind<Int> {
    /// An integer, or a boolean, a float or a text that pydantic accepts as one. The type is checked before the bounds.
    ///
    /// There is no limit to the digits of an integer; one beyond 64 bits is read as the nearest that fits.
    public static func integer(atLeast minimum: Int? = nil, atMost maximum: Int? = nil) -> FieldKind {
        FieldKind(
            .integer(minimum: minimum, maximum: maximum),
            read: { (value) throws(Mismatch) in
                let integer = try integer(of: value)
                if let maximum, integer > maximum { throw .above(maximum) }
                if let minimum, integer < minimum { throw .below(minimum) }
                return integer
            },
            literal: { .integer($0) })
    }

    private static func integer(of value: JSONValue) throws(Mismatch) -> Int {
        switch value.kind {
        case .bool: return value.bool == true ? 1 : 0
        case .integer: return value.integer ?? (value.bytes[0] == UInt8(ascii: "-") ? .min : .max)
        case .float: return try integer(of: value.double ?? .nan)
        case .string: return try IntegerText(value.bytes).value()
        case .null, .array, .object: throw .notAnInteger
        }
    }

    private static func integer(of float: Double) throws(Mismatch) -> Int {
        guard float.isFinite else { throw .notFinite }
        guard float == float.rounded(.towardZero) else { throw .fraction }
        guard let integer = Int(wholeWithin64Bits: float) else { throw .oversizedInteger }
        return integer
    }
}

extension Int {
    /// The integer that a float is; `nil` for fractions, and from 2^63 up and -2^63 down, both included.
    init?(wholeWithin64Bits float: Double) {
        guard float.magnitude < 0x1p63, let exact = Int(exactly: float) else { return nil }
        self = exact
    }
}
