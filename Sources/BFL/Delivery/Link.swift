import Bytes
import Imaging
import Tasks

/// The URL of a picture, signed and valid for a limited time, in the form of Azure Storage.
struct Link {
    let task: TaskRecord
    /// The base URL at which the client reaches this server.
    let base: String
    /// The last second in which the link is valid.
    let expiry: Int
    let links: SignedLinks

    /// The parameters that are equal in every link: read permission, the storage API version, and a single file as
    /// resource.
    static let constants: [(name: StaticString, value: StaticString)] = [
        ("sp", "r"), ("sv", "2024-11-04"), ("sr", "b"),
    ]

    func append(to text: inout ByteBuffer) {
        let type = task.format.mediaType
        text.append(base)
        let path = text.count
        appendPath(to: &text)
        let signature = links.signature(
            path: text.bytes.extracting(path...), expires: Int64(expiry), contentType: type.bytes)
        text.append("?se=" as StaticString)
        LinkTime.append(expiry, to: &text, colon: "%3A")
        for (name, value) in Link.constants {
            text.append("&" as StaticString)
            text.append(name)
            text.append("=" as StaticString)
            text.append(value)
        }
        text.append("&rsct=" as StaticString)
        text.append(escaping: type.bytes)
        text.append("&sig=" as StaticString)
        text.append(escaping: signature.bytes)
    }

    /// Appends the path of a task's picture: the digits of its ID as folders, and the format as file extension.
    private func appendPath(to path: inout ByteBuffer) {
        var digits = ByteBuffer(capacity: 32)
        task.id.append(to: &digits, dashed: false)
        path.append("/delivery/results/" as StaticString)
        path.append(digits.bytes.extracting(..<2))
        path.append(UInt8(ascii: "/"))
        path.append(digits.bytes.extracting(2..<16))
        path.append(UInt8(ascii: "/"))
        path.append(digits)
        path.append("/sample." as StaticString)
        path.append(task.format.name)
    }

    /// The ID from the path segment that holds all of its digits.
    static func id(_ digits: Span<UInt8>) -> TaskID? {
        guard digits.count == 32 else { return nil }
        var text = ByteBuffer(capacity: 36)
        for i in digits.indices {
            if i == 8 || i == 12 || i == 16 || i == 20 { text.append(UInt8(ascii: "-")) }
            text.append(digits[i])
        }
        return TaskID(text.bytes)
    }
}

extension ByteBuffer {
    /// Appends a media type or base64, escaped, as a query value.
    fileprivate mutating func append(escaping value: Span<UInt8>) {
        for i in value.indices {
            switch value[i] {
            case UInt8(ascii: "/"): append("%2F" as StaticString)
            case UInt8(ascii: "+"): append("%2B" as StaticString)
            case UInt8(ascii: "="): append("%3D" as StaticString)
            default: append(value[i])
            }
        }
    }
}
