import Bytes
import HTTP
import JSON
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// What callers get wrong, by accident or not: each is told as documented, and whoever is beside them does not notice.
@Suite struct BadInputTests {
    private static let ping = #"[{"taskType":"ping","ping":true}]"#
    private static let pong = #"{"data":[{"taskType":"ping","pong":true}]}"#
    private static let tenThousand = "[" + Array(repeating: Sent.poll(), count: 10_000).joined(separator: ",") + "]"

    /// Has a neighbour on the same loop who has a task under way, and another afterwards, while `body` does its worst.
    private func besideANeighbour(
        _ change: (inout Desk.Settings) -> Void = { _ in }, _ body: (LiveServer, Desk) throws -> Void
    ) throws {
        let desk = Desk(change)
        try withServer(desk.router, loops: 1) { server in
            let neighbour = try SocketCaller(server)
            _ = try neighbour.authenticate("neighbour")
            // The same name as others use: names are each caller's own.
            try neighbour.send("[\(Sent.outpaint())]")
            try body(server, desk)
            #expect(try neighbour.hear().contains(#""taskUUID":"\#(Sent.uuid)","imageUUID""#))
            #expect(try neighbour.ask(Self.ping) == Self.pong)
            #expect(try neighbour.ask("[\(Sent.outpaint(uuid: Sent.uuid(77)))]").contains("imageUUID"))
        }
    }

    private func codes(_ text: String) throws -> [String] {
        let root = try JSONDocument(parsing: ByteBuffer(text)).root
        return root["errors"]?.elements.map { $0["code"]?.string ?? "" } ?? []
    }

    // MARK: - Over a socket

    enum Message: Sendable, CustomTestStringConvertible {
        case text(String)
        case binary([UInt8])

        var bytes: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8)
            case .binary(let bytes): bytes
            }
        }

        /// The beginning: some are long.
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
    func aMessageThatIsNoneIsToldAndItsSocketGoesOn(_ message: Message, _ code: String) throws {
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
            // A hundred megabytes are refused by what they say of themselves.
            ([0x81, 0xFF, 0, 0, 0, 0, 0x05, 0xF5, 0xE1, 0x00, 0, 0, 0, 0, 0x5B], 1009),
            (clientFrame(1, [0x5B, 0xC3, 0x28, 0x5D]), 1007), (clientFrame(3, "?"), 1002),
            (clientFrame(1, Array("[]".utf8), isMasked: false), 1002),
        ] as [([UInt8], Int)])
    func whatCannotBeAMessageEndsItsSocket(_ bytes: [UInt8], _ code: Int) throws {
        try besideANeighbour { server, desk in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            try caller.client.raw.send(bytes)
            #expect(try caller.client.receive().code == code)
            #expect(try caller.client.raw.receiveToEnd() == [])
        }
    }

    @Test(
        arguments: [
            // Half of a head, of a frame, and of a message in fragments.
            [0x81], [0x81, 0xFE, 0x10], [0x81, 0xFE, 0x10, 0x00, 1, 2, 3, 4, 5, 6],
            clientFrame(1, "[{\"taskType\":", isFinal: false),
        ] as [[UInt8]])
    func halfOfSomethingAndThenNothingLeavesNothing(_ half: [UInt8]) throws {
        try besideANeighbour { server, desk in
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

    @Test func aSocketThatGoesWhileItsTasksRunLeavesThemToBeAskedFor() throws {
        try besideANeighbour { server, desk in
            do {
                let caller = try SocketCaller(server)
                _ = try caller.authenticate()
                try caller.client.raw.resetAtEnd()
                try caller.send("[\(Sent.outpaint(#","numberResults":3"#))]")
                let key = TaskBook.Key(
                    namespace: APIKey("test-key").namespace(in: "runware"), id: TaskID(Sent.uuid.utf8.span)!)
                #expect(eventually { desk.service.book.entry(key) != nil })
            }
            #expect(try desk.ended(Sent.uuid).data.count == 3)
        }
    }

    @Test func aWrongKeyIsToldEachTimeAndLetsNothingBeDone() throws {
        try besideANeighbour({ $0.runware.keys = [APIKey("right"), APIKey("neighbour")] }) { server, desk in
            let caller = try SocketCaller(server)
            for _ in 0..<50 {
                let refused = try caller.ask(#"[{"taskType":"authentication","apiKey":"wrong"},\#(Sent.outpaint())]"#)
                #expect(try codes(refused) == ["invalidApiKey"])
                #expect(try codes(caller.hear()) == ["missingApiKey"])
            }
            #expect(desk.workshop.counts.tasks == 1)
        }
    }

    @Test func aNameThatIsTakenIsRefusedHoweverOften() throws {
        try besideANeighbour { server, desk in
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
            #expect(try desk.ended(Sent.uuid).data.count == 1)
        }
    }

    // MARK: - By REST

    @Test(
        arguments: [
            (.text(""), "invalidJSON"), (.text("nonsense"), "invalidJSON"),
            (.text(#"[{"taskType":"ping","pi"#), "invalidJSON"), (.text("\0\u{1}\u{2}"), "invalidJSON"),
            (.text(String(repeating: "[", count: 100_000)), "invalidJSON"), (.text("{}"), "invalidRequest"),
            (.text("7"), "invalidRequest"), (.text("[[]]"), "invalidRequest"),
            (.text(#"[{"taskType":"dance"}]"#), "unsupportedTaskType"), (.text(tenThousand), "valueTooLarge"),
        ] as [(Message, String)])
    func aBodyThatIsNoneIsTold(_ message: Message, _ code: String) throws {
        try besideANeighbour { server, desk in
            let body = String(decoding: message.bytes, as: UTF8.self)
            let reply = try desk.post(body)
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

    @Test func aHundredMegabytesAreRefusedByTheirHead() throws {
        try besideANeighbour { server, _ in
            let caller = try server.connect()
            try caller.send(Self.post("[", length: 100_000_000))
            let reply = try caller.receiveReply()
            #expect(reply.status == 413 && reply["connection"] == "close")
        }
    }

    @Test func aBodyThatBreaksOffIsForgotten() throws {
        try besideANeighbour { server, desk in
            let before = server.server.connectionCount
            do {
                let caller = try server.connect()
                try caller.resetAtEnd()
                try caller.send(Self.post("[\(Sent.outpaint())", length: 1_000_000))
            }
            #expect(eventually { server.server.connectionCount == before && server.server.bodyMemoryInUse == 0 })
            #expect(try desk.send(Sent.poll()).codes == ["taskFailedOrNotFound"])
        }
    }

    @Test func aConnectionThatGoesBeforeItsAnswerLeavesTheTaskToBeAskedFor() throws {
        try besideANeighbour { server, desk in
            do {
                let caller = try server.connect()
                try caller.resetAtEnd()
                let body = "[\(Sent.outpaint(#","numberResults":3"#))]"
                try caller.send(Self.post(body, length: body.utf8.count))
                let key = TaskBook.Key(
                    namespace: APIKey("test-key").namespace(in: "runware"), id: TaskID(Sent.uuid.utf8.span)!)
                #expect(eventually { desk.service.book.entry(key) != nil })
            }
            #expect(try desk.ended(Sent.uuid).data.count == 3)
            #expect(try desk.send(Sent.outpaint()).codes == ["conflictTaskUUID"])
        }
    }
}
