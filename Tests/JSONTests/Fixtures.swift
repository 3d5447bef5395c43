import Bytes
import Glibc

/// The tables under `fixtures/json`, written by `script/json-fixtures`.
enum Fixtures {
    /// The rows of a table, each cut at its tabs.
    static func rows(_ name: String, file: String = #filePath) -> [[String]] {
        let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = read("/\(root)/fixtures/json/\(name)").bytes.text
        return text.split(separator: "\n").map { row in
            row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The bytes of a column of pieces, `BASE64*COUNT` each.
    static func bytes(_ pieces: String) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        for piece in pieces.split(separator: " ") {
            let parts = piece.split(separator: "*", omittingEmptySubsequences: false)
            var once = ByteBuffer()
            try Base64.decode(String(parts[0]).utf8.span, into: &once)
            for _ in 0..<Int(parts[1])! { bytes.append(once.bytes) }
        }
        return bytes
    }

    private static func read(_ path: String) -> ByteBuffer {
        let file = unsafe open(path, O_RDONLY)
        precondition(file >= 0, "cannot read \(path)")
        defer { close(file) }
        var contents = ByteBuffer()
        // `read` writes into the room it is given and says how much.
        while unsafe contents.fill(upTo: 1 << 16, { unsafe Glibc.read(file, $0.baseAddress, $0.count) }) > 0 {}
        return contents
    }
}
