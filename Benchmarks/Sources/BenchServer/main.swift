import Bytes
import Glibc
import HTTP
import Net

// The subject of `Benchmarks/http`: the HTTP room with the routes that README.md describes and nothing else.

let arguments = CommandLine.arguments
guard arguments.count == 3, arguments[1] == "--port", let port = UInt16(arguments[2]) else {
    print("usage: BenchServer --port N")
    exit(2)
}

let table = PollTable(count: 1000)
let blob = SharedBytes(picture())

let router = Router([
    .get("/v1/get_result") { request in
        guard let answer = table.answer(request) else {
            return .json(.notFound, ByteBuffer(#"{"detail":"Not Found"}"#))
        }
        return .json(.ok, answer)
    },
    .get("/blob") { _ in .shared(contentType: "image/png", blob) },
    .post("/upload") { _ in Response(.noContent) },
])

let server = try Server(router, loops: 2)
guard let address = SocketAddress(host: "127.0.0.1", port: port) else { exit(2) }
let bound = try server.listen(at: address)
try server.start()
print("ready \(bound)")
fflush(nil)
server.wait()

func picture() -> ByteBuffer {
    var bytes = ByteBuffer(capacity: 1 << 20)
    for _ in 0..<(1 << 20) { bytes.append(UInt8(ascii: "x")) }
    return bytes
}
