import Bytes
import Glibc
import Testing

/// The files of `fixtures/images`, written by `script/image-fixtures`, and what other decoders make of them.
enum ImageFixtures {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let width: Int
        let height: Int
        let channels: Int
        let orientation: UInt8
        let color: String
        let digest: String

        var testDescription: String { name }
    }

    static let rows: [Row] = read("manifest.tsv").bytes.text.split(separator: "\n").map { line in
        let row = line.split(separator: "\t").map(String.init)
        return Row(
            name: row[0], width: Int(row[1])!, height: Int(row[2])!, channels: Int(row[3])!,
            orientation: UInt8(row[4])!, color: row[5], digest: row[6])
    }

    static func rows(_ start: String) -> [Row] { rows.filter { $0.name.hasPrefix(start) } }

    static func read(_ name: String, file: String = #filePath) -> ByteBuffer {
        let root = file.split(separator: "/").dropLast(4).joined(separator: "/")
        let file = unsafe open("/\(root)/fixtures/images/\(name)", O_RDONLY)
        precondition(file >= 0, "cannot read \(name)")
        defer { close(file) }
        var contents = ByteBuffer()
        // `read` writes into the room it is given and says how much.
        while unsafe contents.fill(upTo: 1 << 16, { unsafe Glibc.read(file, $0.baseAddress, $0.count) }) > 0 {}
        return contents
    }

    /// The bytes as an array, to be cut and changed.
    static func array(_ name: String) -> [UInt8] {
        let contents = read(name)
        return (0..<contents.count).map { contents.bytes[$0] }
    }
}
