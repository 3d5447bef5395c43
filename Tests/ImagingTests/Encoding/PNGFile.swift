/// A PNG taken apart.
struct PNGFile {
    var chunks: [(type: String, content: [UInt8])] = []

    /// `nil` if the signature, a length or a checksum is wrong.
    init?(_ file: [UInt8]) {
        guard file.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) else { return nil }
        var at = 8
        while at < file.count {
            guard at + 12 <= file.count else { return nil }
            let length = file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            guard at + 12 + length <= file.count else { return nil }
            let type = String(decoding: file[at + 4..<at + 8], as: UTF8.self)
            let content = Array(file[at + 8..<at + 8 + length])
            guard Array(file[at..<at + 12 + length]) == CraftedFiles.pngChunk(type, content) else { return nil }
            chunks.append((type, content))
            at += 12 + length
        }
    }

    var data: [UInt8] { chunks.filter { $0.type == "IDAT" }.flatMap(\.content) }
}
