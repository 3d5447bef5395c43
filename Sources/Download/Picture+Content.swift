public import Bytes
import Crypto
public import HTTP
import Net
public import Tasks

// Finished pictures as response content, for services that serve them under a path.

extension Blob {
    /// The content to send, from memory or from a file.
    public var sendable: StoredContent {
        switch content {
        case .memory(let bytes): .bytes(bytes)
        // The closure keeps the blob alive while it is sent, so its space is not reused.
        case .file(let place, let range): .file(FilePart(place, range) { [self] _ in withExtendedLifetime(self) {} })
        }
    }
}

extension Picture {
    /// The MD5 checksum in the format of `Content-MD5`.
    public var checksum: ByteBuffer {
        var text = ByteBuffer(capacity: 24)
        Base64.encode(md5.bytes.bytes, into: &text)
        return text
    }

    /// An entity tag in Azure's format.
    public var entityTag: String {
        var text = ByteBuffer("\"0x")
        text.append(hex: md5.bytes.bytes.extracting(..<8))
        text.append(UInt8(ascii: "\""))
        return text.bytes.text
    }
}
