import Bytes
import Testing

@testable import HTTP

@Suite struct WebSocketHandshakeTests {
    /// The fields of a request, in the order of the initialiser; the default is the example of RFC 6455, 1.3.
    struct Fields: Sendable {
        var isGet = true
        var isHTTP11 = true
        var upgrade: String? = "websocket"
        var connection: String? = "Upgrade"
        var version: String? = "13"
        var key: String? = "dGhlIHNhbXBsZSBub25jZQ=="
        var protocols: String?

        func with(_ change: (inout Fields) -> Void) -> Fields {
            var copy = self
            change(&copy)
            return copy
        }

        func answer(subprotocols: [String] = []) -> WebSocket.Handshake.Answer {
            // Spans are taken of arrays that outlive them; an absent field is no span, an empty one is an empty span.
            let values = [upgrade, connection, version, key, protocols].map { Array(($0 ?? "").utf8) }
            let (a, b, c, d, e) = (values[0], values[1], values[2], values[3], values[4])
            return WebSocket.Handshake(
                isGet: isGet, isHTTP11: isHTTP11, upgrade: upgrade == nil ? nil : a.span,
                connection: connection == nil ? nil : b.span, version: version == nil ? nil : c.span,
                key: key == nil ? nil : d.span, protocols: protocols == nil ? nil : e.span
            ).answer(subprotocols: subprotocols)
        }
    }

    static let accepted = WebSocket.Handshake.Answer.switching(
        accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", subprotocol: nil)

    @Test func `the example of RFC 6455 is accepted`() {
        #expect(Fields().answer() == Self.accepted)
    }

    @Test(arguments: [
        Fields().with { $0.upgrade = "WebSocket" },
        Fields().with { $0.upgrade = "h2c , websocket" },
        Fields().with { $0.connection = "keep-alive, upgrade" },
        Fields().with { $0.connection = ",\tUPGRADE\t," },
        Fields().with { $0.protocols = "unknown" },
        Fields().with { $0.protocols = "" },
    ])
    func `tokens count in any case and anywhere in their list`(fields: Fields) {
        #expect(fields.answer() == Self.accepted)
    }

    @Test(arguments: [
        Fields().with { $0.isGet = false },
        Fields().with { $0.isHTTP11 = false },
        Fields().with { $0.upgrade = nil },
        Fields().with { $0.upgrade = "websockets" },
        Fields().with { $0.upgrade = "web socket" },
        Fields().with { $0.connection = nil },
        Fields().with { $0.connection = "keep-alive" },
        Fields().with { $0.connection = "not-upgrade" },
        Fields().with { $0.key = nil },
        Fields().with { $0.key = "" },
        Fields().with { $0.key = "dGhlIHNhbXBsZSBub25jZQ=" },
        Fields().with { $0.key = "dGhlIHNhbXBsZSBub25jZQ" },
        Fields().with { $0.key = "dGhlIHNhbXBsZSBub25jZTEy" },
        Fields().with { $0.key = "dGhlIHNhbXBsZSBub25jZT==A" },
        Fields().with { $0.key = "dGhlIHNhbXBsZSBub25j\u{00E9}==" },
        Fields().with { $0.key = "dGhlIHNhbXBsZSBub25j-_==" },
        Fields().with { $0.key = "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==" },
        Fields().with { $0.protocols = "good, two words" },
    ])
    func `a malformed handshake is a bad request`(fields: Fields) {
        let answer = fields.answer()
        guard case .badRequest(let reason) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test(arguments: [nil, "", "8", "12", "14", "013", "13, 8", "13, 13"])
    func `every version but 13 is answered with the version to use`(version: String?) {
        #expect(Fields().with { $0.version = version }.answer() == .upgradeRequired)
    }

    @Test(arguments: [
        ("chat", "chat"), ("superchat, chat", "superchat"), ("v1,chat , superchat", "chat"), ("Chat", nil), ("", nil),
    ])
    func `the client's first known subprotocol is chosen`(offered: String, taken: String?) {
        let answer = Fields().with { $0.protocols = offered }.answer(subprotocols: ["chat", "superchat"])
        #expect(answer == .switching(accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", subprotocol: taken))
    }
}
