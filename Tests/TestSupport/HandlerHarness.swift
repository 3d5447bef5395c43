import Bytes
public import HTTP

/// What a test of handlers goes over: no socket at all, or a server that really serves.
public enum Medium: CaseIterable, Sendable {
    case memory, socket
}

/// Asks routes one request at a time, in the same way over either.
public struct HandlerHarness {
    private let send: ([UInt8], _ isHead: Bool) throws -> Reply

    /// Sends one request as its bytes, on a connection of its own; its head and body are whole.
    public func send(_ request: String, body: [UInt8] = []) throws -> Reply {
        try send(Array(request.utf8) + body, request.hasPrefix("HEAD "))
    }

    /// Sends a request of a method and a target with the fields it needs.
    public func send(_ method: String, _ target: String, fields: String = "", body: [UInt8]? = nil) throws -> Reply {
        let length = body.map { "content-length: \($0.count)\r\n" } ?? ""
        return try send("\(method) \(target) HTTP/1.1\r\nhost: test\r\n\(fields)\(length)\r\n", body: body ?? [])
    }

    public func get(_ target: String, fields: String = "") throws -> Reply {
        try send("GET", target, fields: fields)
    }

    public func post(_ target: String, _ body: String, fields: String = "") throws -> Reply {
        try send("POST", target, fields: fields, body: Array(body.utf8))
    }

    /// Runs `body` with a harness around `router`.
    public static func run(
        _ router: Router, _ medium: Medium, limits: Limits = Limits(), _ body: (HandlerHarness) throws -> Void
    ) throws {
        switch medium {
        case .memory:
            try body(
                HandlerHarness { bytes, isHead in
                    let answer = try router.answer(bytes.span, limits: limits)
                    let replies = Reply.all(in: (0..<answer.count).map { answer.bytes[$0] }, isHead: isHead)
                    guard let reply = replies?.first else { throw RawClient.Failure(call: "no answer", number: 0) }
                    return reply
                })
        case .socket:
            try withServer(router, limits: limits) { server in
                try body(
                    HandlerHarness { bytes, isHead in
                        let client = try server.connect()
                        try client.send(bytes)
                        return try client.receiveReply(isHead: isHead)
                    })
            }
        }
    }
}
