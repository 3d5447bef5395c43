import Bytes
import Imaging
import Tasks

/// The address of a picture, signed and good for a while, in the form of Azure's storage.
enum Link {
    /// The version of the storage that signs.
    private static let version: StaticString = "2024-11-04"

    /// The link to a task's picture until a second, for a caller who reaches this server by `base`.
    static func address(
        of task: TaskRecord, base: String, until expiry: Int64, signedBy links: SignedLinks
    ) -> ByteBuffer {
        let type = task.format.mediaType.bytes
        var address = ByteBuffer(capacity: 384)
        address.append(base)
        appendPath(of: task, to: &address)
        let signature = links.signature(
            path: address.bytes.extracting(base.utf8.count...), expires: expiry, contentType: type)
        var time = ByteBuffer(capacity: 20)
        LinkTime.append(expiry, to: &time)
        address.append("?se=" as StaticString)
        address.append(escaping: time.bytes)
        address.append("&sp=r&sv=" as StaticString)
        address.append(version)
        address.append("&sr=b&rsct=" as StaticString)
        address.append(escaping: type)
        address.append("&sig=" as StaticString)
        address.append(escaping: signature.bytes)
        return address
    }

    /// The path of a task's picture: digits of its id as folders, and the format as the ending.
    private static func appendPath(of task: TaskRecord, to path: inout ByteBuffer) {
        var digits = ByteBuffer(capacity: 32)
        task.id.append(to: &digits, dashed: false)
        path.append("/delivery/results/" as StaticString)
        path.append(digits.bytes.extracting(..<2))
        path.append(UInt8(ascii: "/"))
        path.append(digits.bytes.extracting(2..<16))
        path.append(UInt8(ascii: "/"))
        path.append(digits)
        path.append("/sample." as StaticString)
        switch task.format {
        case .png: path.append("png" as StaticString)
        case .jpeg: path.append("jpeg" as StaticString)
        case .webp: path.append("webp" as StaticString)
        }
    }

    /// The id in the part of a path that holds all of its digits.
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
    /// Appends a time, a type or base64 as a value of a query.
    fileprivate mutating func append(escaping value: Span<UInt8>) {
        for i in value.indices {
            switch value[i] {
            case UInt8(ascii: ":"): append("%3A" as StaticString)
            case UInt8(ascii: "/"): append("%2F" as StaticString)
            case UInt8(ascii: "+"): append("%2B" as StaticString)
            case UInt8(ascii: "="): append("%3D" as StaticString)
            default: append(value[i])
            }
        }
    }
}
