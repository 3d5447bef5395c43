import Bytes
import Glibc
import HTTP
import Net
import Synchronization
import System

/// A million bytes, each the low byte of its place.
private let blob = {
    var buffer = ByteBuffer(capacity: 1_000_000)
    for index in 0..<1_000_000 { buffer.append(UInt8(truncatingIfNeeded: index)) }
    return SharedBytes(buffer)
}()

/// The same in a file.
private func blobFile() throws(Errno) -> StoredContent {
    let file = try SharedFile(temporaryIn: P_tmpdir)
    try file.write(blob.bytes, at: 0)
    return .file(FilePart(file, 0..<blob.count))
}

func routes(_ answerThread: AnswerThread) throws(Errno) -> Router {
    let file = try blobFile()
    return Router([
        .get("/quick", head: true) { _ in .text(.ok, "quick") },
        .get("/blob") { _ in .shared(contentType: "application/octet-stream", blob) },
        .get("/file", head: true) { request in
            Representation(
                file, contentType: "application/octet-stream", entityTag: #""million""#, lastModified: 784_111_777
            ).response(to: request)
        },
        // The body as it came.
        .post("/echo") { request in
            Response(.ok, contentType: "application/octet-stream", .bytes(ByteBuffer(request.body.bytes)))
        },
        Route([.put], "/echo", wantsBody: true, .now { .text(.ok, "\($0.body.count)") }),
        Route(
            [.get], "/late/{word}",
            .later { request, responder in answerThread.answer(responder, request.parameter(0).text) }),
        // The fields that proxies add, and where the request came from.
        .get("/fields") { request in
            var lines = ""
            request.forEachField { name, value in lines += "\(name.text): \(value.text)\n" }
            return .text(.ok, lines)
        },
        Route([.get], "/socket", .webSocket { _ in .accept(Echo()) }),
    ])
}

/// Says back whatever it hears.
private final class Echo: WebSocket.Session {
    // Set before the first message and never again, both on the socket's loop.
    nonisolated(unsafe) private var socket: WebSocket.Socket?

    func opened(_ socket: WebSocket.Socket) { unsafe self.socket = socket }

    func received(_ message: consuming Body, isText: Bool) {
        let buffer = message.takeBuffer()
        if isText { unsafe socket?.send(text: buffer) } else { unsafe socket?.send(binary: buffer) }
    }
}
