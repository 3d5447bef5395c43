public import Bytes
import Crypto
public import HTTP
import Net
public import Tasks

// Finished pictures as answers, for any service that hands them out under a path.

extension StoredFile {
    /// What is sent, from where it stands.
    public var sendable: StoredContent {
        switch content {
        case .memory(let bytes): .bytes(bytes)
        // Kept while it is being sent: its room must not be used again before.
        case .file(let place, let range): .file(FilePart(place, range) { [self] _ in withExtendedLifetime(self) {} })
        }
    }
}

extension Picture {
    /// The checksum as `Content-MD5` has it.
    public var checksum: ByteBuffer {
        var text = ByteBuffer(capacity: 24)
        Base64.encode(md5.bytes.bytes, into: &text)
        return text
    }

    /// A name of these bytes, in the form of Azure's entity tags.
    public var entityTag: String {
        var text = ByteBuffer("\"0x")
        text.append(hex: md5.bytes.bytes.extracting(..<8))
        text.append(UInt8(ascii: "\""))
        return text.bytes.text
    }
}
