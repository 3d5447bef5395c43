/// A header field of a message.
public struct Field: Hashable, Sendable {
    public let name: String
    public let value: String

    /// Fails if the name or the value cannot appear in a header (RFC 9110, section 5), since either could end the line
    /// or the header.
    public init?(_ name: String, _ value: String) {
        guard !name.isEmpty, name.utf8.allSatisfy(Field.isToken) else { return nil }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else { return nil }
        self.name = name
        self.value = value
    }

    /// The line in libcurl's format, in which a colon without a value would remove the field.
    var line: String { value.isEmpty ? "\(name);" : "\(name): \(value)" }

    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
