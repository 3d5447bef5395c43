import Bytes

extension FieldKind<Bool> {
    /// `true` or `false`, or a text or number that pydantic accepts as one of them.
    public static let boolean = FieldKind(
        .boolean,
        read: { (value) throws(Mismatch) in
            switch value.kind {
            case .bool: return value.bool == true
            case .string: return try boolean(ofText: value.bytes)
            // Numbers other than 0 and 1 are of the wrong type unless they are whole and fit into 64 bits.
            case .integer: return try boolean(of: value.integer)
            case .float: return try boolean(of: value.double.flatMap { Int(wholeWithin64Bits: $0) })
            case .null, .array, .object: throw .notABoolean
            }
        },
        literal: { .bool($0) })

    private static func boolean(of number: Int?) throws(Mismatch) -> Bool {
        switch number {
        case 0: return false
        case 1: return true
        case nil: throw .notABoolean
        default: throw .unreadableBoolean
        }
    }

    private static func boolean(ofText text: Span<UInt8>) throws(Mismatch) -> Bool {
        let yes: [StaticString] = ["1", "true", "t", "yes", "y", "on"]
        let no: [StaticString] = ["0", "false", "f", "no", "n", "off"]
        for word in yes where text.equalsIgnoringCase(word) { return true }
        for word in no where text.equalsIgnoringCase(word) { return false }
        throw .unreadableBoolean
    }
}
