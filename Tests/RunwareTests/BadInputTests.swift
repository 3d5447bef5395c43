import Bytes
import HTTP
import JSON
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// Invalid input, accidental or hostile, gets the documented error and does not affect other clients.
@Suite struct BadInputTests {
    private static let ping = #"[{"taskType":"ping","ping":true}]"#
    private static let pong = #"{"data":[{"taskType":"ping","pong":true}]}"#
    private static let tenThousand = "[" + Array(repeating: Sent.poll(), count: 10_000).joined(separator: ",") + "]"

    /// Runs `body` while another client on the same event loop has a task in progress; checks that client afterwards.
    private func besideANeighbour(
        _ change: (inout TestService.Settings) -> Void = { _ in }, _ body: (LiveServer, TestService) throws -> Void
    ) throws {
        let service = TestService(change)
        try withServer(service.router, loops: 1) { server in
            let neighbour = try SocketCaller(server)
            _ = try neighbour.authenticate("neighbour")
            // The UUID that other keys use as well: each key has its own namespace.
            try neighbour.send("[\(Sent.outpaint())]")
            try body(server, service)
            #expect(try neighbour.hear().contains(#""taskUUID":"\#(Sent.uuid)","imageUUID""#))
            #expect(try neighbour.ask(Self.ping) == Self.pong)
            #expect(try neighbour.ask("[\(Sent.outpaint(uuid: Sent.uuid(77)))]").contains("imageUUID"))
        }
    }

    private func codes(_ text: String) throws -> [String] {
        let root = try JSONDocument(parsing: ByteBuffer(text)).root
        return root["errors"]?.elements.map { $0["code"]?.string ?? "" } ?? []
    }

    // MARK: - Over a WebSocket

    enum Message: Sendable, CustomTestStringConvertible {
        case text(String)
        case binary([UInt8])

        var bytes: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8)
            case .binary(let bytes): bytes
            }
        }

        /// Only the first bytes, since some messages are long.
        var testDescription: String { "\(bytes.count) bytes: \(String(decoding: bytes.prefix(40), as: UTF8.self))" }
    }

    @Test(
        arguments: [
            (.text("nonsense"), "invalidJSON"), (.text(""), "invalidJSON"), (.text("[\0]"), "invalidJSON"),
            (.text(#"[{"taskType":"ping","ping":tr"#), "invalidJSON"),
            (.text(#"[{"taskType":"ping"},"#), "invalidJSON"),
            (.text(String(repeating: "[", count: 100_000)), "invalidJSON"),
            (.text("{}"), "invalidRequest"), (.text(#""[]""#), "invalidRequest"), (.text("null"), "invalidRequest"),
            (.text("[7]"), "invalidRequest"), (.text("[{}]"), "missingTaskType"),
            (.text(#"[{"taskType":"dance"}]"#), "unsupportedTaskType"), (.text(tenThousand), "valueTooLarge"),
            (.binary([0, 255, 7]), "invalidJSON"), (.binary([]), "invalidJSON"),
            (.binary(Array("{}".utf8)), "invalidRequest"),
        ] as [(Message, String)])
    func `a malformed message gets an error and its WebSocket stays open`(_ message: Message, _ code: String) throws {
        try besideANeighbour { server, _ in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            let isText = if case .text = message { true } else { false }
            try caller.client.raw.send(clientFrame(isText ? 1 : 2, message.bytes))
            #expect(try codes(caller.hear()) == [code])
            #expect(try caller.ask(Self.ping) == Self.pong)
        }
    }

    @Test(
        arguments: [
            // The frame header announces 100 MB.
            ([0x81, 0xFF, 0, 0, 0, 0, 0x05, 0xF5, 0xE1, 0x00, 0, 0, 0, 0, 0x5B], 1009),
            (clientFrame(1, [0x5B, 0xC3, 0x28, 0x5D]), 1007), (clientFrame(3, "?"), 1002),
            (clientFrame(1, Array("[]".utf8), isMasked: false), 1002),
        ] as [([UInt8], Int)])
    func `an invalid or oversized frame closes its WebSocket`(_ bytes: [UInt8], _ code: Int) throws {
        try besideANeighbour { server, service in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            try caller.client.raw.send(bytes)
            #expect(try caller.client.receive().code == code)
            #expect(try caller.client.raw.receiveToEnd() == [])
        }
    }

    @Test(
        arguments: [
            // A partial frame header, a partial frame and a partial fragmented message.
            [0x81], [0x81, 0xFE, 0x10], [0x81, 0xFE, 0x10, 0x00, 1, 2, 3, 4, 5, 6],
            clientFrame(1, "[{\"taskType\":", isFinal: false),
        ] as [[UInt8]])
    func `a connection reset in mid-message leaves no connection and no memory in use`(_ half: [UInt8]) throws {
        try besideANeighbour { server, service in
            let before = server.server.connectionCount
            do {
                let caller = try SocketCaller(server)
                _ = try caller.authenticate()
                try caller.client.raw.resetAtEnd()
                try caller.client.raw.send(half)
            }
            #expect(eventually { server.server.connectionCount == before && server.server.bodyMemoryInUse == 0 })
        }
    }

    @Test func `the tasks of a lost WebSocket finish and can be polled`() throws {
        try besideANeighbour { server, service in
            do {
                let caller = try SocketCaller(server)
                _ = try caller.authenticate()
                try caller.client.raw.resetAtEnd()
                try caller.send("[\(Sent.outpaint(#","numberResults":3"#))]")
                let key = TaskIndex.Key(
                    namespace: APIKey("test-key").namespace(in: "runware"), id: TaskID(Sent.uuid.utf8.span)!)
                #expect(eventually { service.runware.index.entry(key) != nil })
            }
            #expect(try service.ended(Sent.uuid).data.count == 3)
        }
    }

    @Test func `every message with a wrong key is refused and starts no task`() throws {
        try besideANeighbour({ $0.runware.keys = [APIKey("right"), APIKey("neighbour")] }) { server, service in
            let caller = try SocketCaller(server)
            for _ in 0..<50 {
                let refused = try caller.ask(#"[{"taskType":"authentication","apiKey":"wrong"},\#(Sent.outpaint())]"#)
                #expect(try codes(refused) == ["invalidApiKey"])
                #expect(try codes(caller.hear()) == ["missingApiKey"])
            }
            #expect(service.tasks.counts.tasks == 1)
        }
    }

    @Test func `each reuse of a task UUID gets its own conflict error`() throws {
        try besideANeighbour { server, service in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            let task = Sent.outpaint(#","deliveryMethod":"async""#)
            try caller.send("[" + Array(repeating: task, count: 100).joined(separator: ",") + "]")
            #expect(try !caller.hear().contains("errors"))
            for _ in 1..<100 {
                let refused = try caller.hear()
                #expect(try codes(refused) == ["conflictTaskUUID"])
                #expect(refused.contains(#""taskUUID":"\#(Sent.uuid)""#))
            }
            #expect(try service.ended(Sent.uuid).data.count == 1)
        }
    }

    // MARK: - Over REST

    @Test(
        arguments: [
            (.text(""), "invalidJSON"), (.text("nonsense"), "invalidJSON"),
            (.text(#"[{"taskType":"ping","pi"#), "invalidJSON"), (.text("\0\u{1}\u{2}"), "invalidJSON"),
            (.text(String(repeating: "[", count: 100_000)), "invalidJSON"), (.text("{}"), "invalidRequest"),
            (.text("7"), "invalidRequest"), (.text("[[]]"), "invalidRequest"),
            (.text(#"[{"taskType":"dance"}]"#), "unsupportedTaskType"), (.text(tenThousand), "valueTooLarge"),
        ] as [(Message, String)])
    func `a malformed body answers 400 with its error code`(_ message: Message, _ code: String) throws {
        try besideANeighbour { server, service in
            let body = String(decoding: message.bytes, as: UTF8.self)
            let reply = try service.post(body)
            #expect(reply.status == 400)
            let codes = try reply.codes
            #expect(codes == [code])
            let live = try server.connect()
            try live.send(Self.post(body, length: body.utf8.count))
            #expect(try live.receiveReply().text == reply.text)
        }
    }

    private static func post(_ body: String, length: Int, key: String = "test-key") -> String {
        "POST /v1 HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(key)\r\ncontent-length: \(length)\r\n\r\n\(body)"
    }

    @Test func `a content-length over the limit answers 413 before the body arrives`() throws {
        try besideANeighbour { server, _ in
            let caller = try server.connect()
            try caller.send(Self.post("[", length: 100_000_000))
            let reply = try caller.receiveReply()
            #expect(reply.status == 413 && reply["connection"] == "close")
        }
    }

    @Test func `an incomplete body releases its memory and starts no task`() throws {
        try besideANeighbour { server, service in
            let before = server.server.connectionCount
            do {
                let caller = try server.connect()
                try caller.resetAtEnd()
                try caller.send(Self.post("[\(Sent.outpaint())", length: 1_000_000))
            }
            #expect(eventually { server.server.connectionCount == before && server.server.bodyMemoryInUse == 0 })
            #expect(try service.send(Sent.poll()).codes == ["taskFailedOrNotFound"])
        }
    }

    @Test func `the task of a lost connection finishes and can be polled`() throws {
        try besideANeighbour { server, service in
            do {
                let caller = try server.connect()
                try caller.resetAtEnd()
                let body = "[\(Sent.outpaint(#","numberResults":3"#))]"
                try caller.send(Self.post(body, length: body.utf8.count))
                let key = TaskIndex.Key(
                    namespace: APIKey("test-key").namespace(in: "runware"), id: TaskID(Sent.uuid.utf8.span)!)
                #expect(eventually { service.runware.index.entry(key) != nil })
            }
            #expect(try service.ended(Sent.uuid).data.count == 3)
            #expect(try service.send(Sent.outpaint()).codes == ["conflictTaskUUID"])
        }
    }
}
