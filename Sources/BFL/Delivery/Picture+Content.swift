import Bytes
import Crypto
import HTTP
import Net
import Tasks

extension Picture {
    /// What is sent, from where it stands.
    var content: StoredContent {
        switch file.content {
        case .memory(let bytes): .bytes(bytes)
        // Kept while it is being sent: its room must not be used again before.
        case .file(let place, let range): .file(FilePart(place, range) { [file] _ in withExtendedLifetime(file) {} })
        }
    }

    /// The checksum as `Content-MD5` has it.
    var checksum: ByteBuffer {
        var text = ByteBuffer(capacity: 24)
        Base64.encode(md5.bytes.bytes, into: &text)
        return text
    }

    /// A name of these bytes, in the form of Azure's entity tags.
    var entityTag: String {
        var text = ByteBuffer("\"0x")
        text.append(hex: md5.bytes.bytes.extracting(..<8))
        text.append(UInt8(ascii: "\""))
        return text.bytes.text
    }
}
