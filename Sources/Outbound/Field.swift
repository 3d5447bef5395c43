/// A header field of a message.
public struct Field: Hashable, Sendable {
    public let name: String
    public let value: String

    /// Nothing if one of both could not stand in a header (RFC 9110, section 5): it would end the line, or the header.
    public init?(_ name: String, _ value: String) {
        guard !name.isEmpty, name.utf8.allSatisfy(Field.isToken) else { return nil }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else { return nil }
        self.name = name
        self.value = value
    }

    /// The line as libcurl wants it, for which a colon without a value stands for no field at all.
    var line: String { value.isEmpty ? "\(name);" : "\(name): \(value)" }

    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
