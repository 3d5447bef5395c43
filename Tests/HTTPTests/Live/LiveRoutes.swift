import Bytes
import HTTP
import Net
import System
import TestSupport

/// Bytes whose pattern repeats at no round length, so that a piece in a wrong place shows.
func pattern(_ count: Int) -> ByteBuffer {
    let block = (0..<4099).map { UInt8(truncatingIfNeeded: $0 * 31 ^ $0 >> 8) }
    var buffer = ByteBuffer(capacity: count)
    while buffer.count < count { buffer.append(block.span.extracting(first: min(block.count, count - buffer.count))) }
    return buffer
}

/// More than any kernel takes for a reader that does not read.
let largeBlob = SharedBytes(pattern(64 << 20))

/// Where something stored is kept.
enum Storage: CaseIterable {
    case memory, file, made

    /// The bytes, kept so.
    func store(_ bytes: SharedBytes) throws -> StoredContent {
        switch self {
        case .memory:
            return .bytes(bytes)
        case .file:
            let file = try withTemporaryFolder { try SharedFile(temporaryIn: $0) }
            try file.write(bytes.bytes, at: 1000)
            return .file(FilePart(file, 1000..<(1000 + bytes.count)))
        case .made:
            return .made(Made(bytes))
        }
    }
}

/// Bytes that are made, as long as there are so many to make them of.
final class Made: MadeContent {
    private let bytes: SharedBytes
    let count: Int
    let weight: Int

    init(_ bytes: SharedBytes, count: Int? = nil, weight: Int = 100) {
        (self.bytes, self.count, self.weight) = (bytes, count ?? bytes.count, weight)
    }

    func append(_ range: Range<Int>, to buffer: inout ByteBuffer) throws(Errno) {
        if range.upperBound > bytes.count { throw .fileTooShort }
        let bytes = bytes
        buffer.append(bytes.bytes.extracting(range))
    }
}

/// What the servers of these tests answer; `late` takes the late ones.
func liveRoutes(
    _ lateRequests: LateRequests = LateRequests(), blob: StoredContent = .bytes(SharedBytes(ByteBuffer("blob")))
) -> Router {
    Router([
        .get("/quick", head: true) { _ in answer("quick") },
        .get("/made/{count}") { request in
            Response(.ok, .bytes(ByteBuffer(largeBlob.bytes.extracting(first: Int(request.parameter(0).text) ?? 0))))
        },
        .get("/now/{word}") { answer($0.parameter(0).text) },
        Route([.get], "/later/{word}", .later { request, responder in lateRequests.take(request, responder) }),
        .get("/blob", head: true) {
            Representation(blob, contentType: "application/octet-stream").response(to: $0)
        },
        .post("/count") { answer("\($0.body.count)") },
        .post("/small", bodyLimit: 1000) { answer("\($0.body.count)") },
        .post("/keep", later: { request, responder in lateRequests.take(request, responder) }),
        Route([.put], "/unwanted", .now { _ in answer("not wanted") }),
    ])
}

/// A request without a body.
func get(_ target: String, fields: String = "") -> String { "GET \(target) HTTP/1.1\r\nhost: test\r\n\(fields)\r\n" }

/// A request with a body of this many bytes, or only its head.
func post(_ target: String, count: Int, fields: String = "", sent: Int? = nil) -> [UInt8] {
    let head = "POST \(target) HTTP/1.1\r\nhost: test\r\ncontent-length: \(count)\r\n\(fields)\r\n"
    return Array(head.utf8) + [UInt8](repeating: 0x78, count: sent ?? count)
}

/// A request with a chunked body of pieces of these sizes.
func chunked(_ target: String, _ sizes: [Int], isWhole: Bool = true) -> [UInt8] {
    var bytes = Array("POST \(target) HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n".utf8)
    for size in sizes {
        bytes += Array("\(String(size, radix: 16))\r\n".utf8) + [UInt8](repeating: 0x78, count: size) + [13, 10]
    }
    return isWhole ? bytes + Array("0\r\n\r\n".utf8) : bytes
}
