import Bytes
import Glibc

/// Files under `fixtures`.
enum File {
    static func read(_ name: String) -> [UInt8] {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let file = unsafe open("/\(root)/fixtures/\(name)", O_RDONLY)
        precondition(file >= 0, "cannot read \(name)")
        defer { close(file) }
        var contents = ByteBuffer()
        // `read` writes into the given buffer and returns the number of bytes.
        while unsafe contents.fill(upTo: 1 << 16, { unsafe Glibc.read(file, $0.baseAddress, $0.count) }) > 0 {}
        return (0..<contents.count).map { contents.bytes[$0] }
    }
}
