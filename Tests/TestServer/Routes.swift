import Bytes
import HTTP
import Synchronization

/// A million bytes, each the low byte of its place.
private let blob = {
    var buffer = ByteBuffer(capacity: 1_000_000)
    for index in 0..<1_000_000 { buffer.append(UInt8(truncatingIfNeeded: index)) }
    return SharedBytes(buffer)
}()

func routes(_ clerk: Clerk) -> Router {
    Router(own(clerk) + contract.routes, fallback: contract.fallback)
}

private func own(_ clerk: Clerk) -> [Route] {
    [
        .get("/quick", head: true) { _ in .text(.ok, "quick") },
        .get("/blob") { _ in .shared(contentType: "application/octet-stream", blob) },
        // The body as it came.
        .post("/echo") { request in
            Response(.ok, contentType: "application/octet-stream", .bytes(ByteBuffer(request.body.bytes)))
        },
        Route([.put], "/echo", wantsBody: true, .now { .text(.ok, "\($0.body.count)") }),
        Route(
            [.get], "/late/{word}",
            .later { request, responder in clerk.answer(responder, request.parameter(0).text) }),
        // The fields that proxies add, and where the request came from.
        .get("/fields") { request in
            var lines = ""
            request.forEachField { name, value in lines += "\(name.text): \(value.text)\n" }
            return .text(.ok, lines)
        },
        Route([.get], "/socket", .webSocket { _ in .accept(Echo()) }),
    ]
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
