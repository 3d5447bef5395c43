import Bytes
import Glibc
import Imaging
import Outpainting
import Parallel
import TestSupport
import Testing

/// Golden hashes of whole requests: `fixtures/rendering/goldens.tsv`, whose header says how it is read and regenerated.
@Suite struct RenderingGoldenTests {
    static let path = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

    /// The table; in debug without the mosaics of larger canvases, each of which takes many seconds there.
    fileprivate static func goldens() throws -> GoldenFile {
        var file = GoldenFile(try #require(readFile("\(path)/fixtures/rendering/goldens.tsv")))
        #expect(file.rows.count >= 30)
        #if DEBUG
            file.rows.removeAll { $0.fields[5] == "mosaic" && $0.fields[1] != "64x64" }
        #endif
        return file
    }

    @Test func `every golden request gives its recorded picture`() throws {
        let file = try Self.goldens()
        let rows = try ComputePool(count: 2).map(file.rows.count) { number in
            Result { try file.rows[number].digest(on: SingleWorker()) }
        }.map { try $0.get() }
        #if !DEBUG
            if unsafe getenv("OUTPAINT_WRITE_GOLDENS") != nil {
                return try file.write(rows, to: "\(Self.path)/fixtures/rendering/goldens.tsv")
            }
        #endif
        for (row, digest) in zip(file.rows, rows) { #expect(digest == row.digest, "\(row.fields)") }
    }

    @Test func `two threads make the same pictures`() throws {
        let file = try Self.goldens()
        let threads = ComputePool(count: 2)
        for row in file.rows { #expect(try row.digest(on: threads) == row.digest, "\(row.fields)") }
    }
}

/// The table of goldens: comments, then a row of tab-separated fields for each request.
private struct GoldenFile: Sendable {
    let head: [String]
    var rows: [GoldenRow]

    init(_ text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        head = lines.filter { $0.hasPrefix("#") }
        rows = lines.filter { !$0.hasPrefix("#") }.map { GoldenRow($0.split(separator: "\t").map(String.init)) }
    }

    func write(_ digests: [String], to path: String) throws {
        let lines = head + zip(rows, digests).map { ($0.fields.dropLast() + [$1]).joined(separator: "\t") }
        let text = lines.joined(separator: "\n") + "\n"
        guard let file = unsafe fopen(path, "w") else { throw GoldenRow.Unknown(text: path) }
        unsafe fputs(text, file)
        unsafe fclose(file)
    }
}

/// One request and the hash of what it makes.
private struct GoldenRow: Sendable {
    let fields: [String]

    init(_ fields: [String]) {
        precondition(fields.count == 10, "\(fields)")
        self.fields = fields
    }

    var digest: String { fields[9] }

    /// The hash of the file for PNG, whose encoder is our own but for zlib; of the pixels for what a library writes.
    func digest(on workers: some Workers) throws -> String {
        let request = try request
        let file = try Pictures.rendered(reference, request, on: workers)
        if request.output == .png { return PictureHash.short(file.span) }
        let picture = try Pictures.decoded(file)
        return PictureHash.short(picture.pixels)
    }

    /// The file: a formula of `Pictures` written as PNG, or one of `fixtures/images`.
    private var reference: [UInt8] {
        get throws {
            let words = fields[0].split(separator: ":").map(String.init)
            guard words.count == 2 else { return try fixture(words[0]) }
            let size = try size(words[1])
            switch words[0] {
            case "scene": return try Pictures.file(Pictures.scene(size.width, size.height))
            case "glass": return try Pictures.file(Pictures.glass(size.width, size.height))
            case "noise": return try Pictures.file(Pictures.noise(size.width, size.height, seed: 1))
            case "board": return try Pictures.file(Pictures.checkerboard(size.width, size.height, square: 8))
            default: throw Unknown(text: fields[0])
            }
        }
    }

    private var request: RenderingRequest {
        get throws {
            let mode = try known(fields[4], Mode.init(rawValue:))
            let variant = try known(fields[6], { Int($0) })
            let fill = try known(fields[5]) { NamedFill.make($0, mode: mode, variant: variant) }
            var request = RenderingRequest(canvas: try size(fields[1]), fill: fill)
            let offsets = fields[2].split(separator: ",").map { Int($0) }
            (request.offsetX, request.offsetY) = (offsets[0], offsets[1])
            request.autoCrop = fields[3] == "crop"
            (request.mode, request.keepsFastRules) = (mode, false)
            request.transparency = try known(fields[7], RenderingRequest.Transparency.init(rawValue:))
            request.output = try known(fields[8]) { name in
                switch name {
                case "png": .png
                case "jpeg": .jpeg()
                case "webp": .webp()
                case "webp-lossless": .losslessWebP
                default: nil
                }
            }
            return request
        }
    }

    private func size(_ text: String) throws -> Size {
        let sides = text.split(separator: "x").compactMap { Int($0) }
        guard sides.count == 2 else { throw Unknown(text: text) }
        return Size(width: sides[0], height: sides[1])
    }

    private func known<Value>(_ text: String, _ read: (String) -> Value?) throws -> Value {
        guard let value = read(text) else { throw Unknown(text: text) }
        return value
    }

    private func fixture(_ name: String) throws -> [UInt8] {
        let path = "\(RenderingGoldenTests.path)/fixtures/images/\(name)"
        guard let file = unsafe fopen(path, "r") else { throw Unknown(text: path) }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    struct Unknown: Error {
        let text: String
    }
}
