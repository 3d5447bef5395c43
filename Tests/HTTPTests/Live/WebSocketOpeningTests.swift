import Bytes
import HTTP
import TestSupport
import Testing

/// The handshake on a live connection.
@Suite struct WebSocketOpeningTests {
    @Test func `a handshake is answered as in RFC 6455`() throws {
        try withServer(conversations()) { server in
            let client = try server.connect()
            try client.send(WebSocketClient.handshake("/echo"))
            let reply = try client.receiveReply()
            #expect(reply.status == 101)
            #expect(reply["upgrade"] == "websocket")
            #expect(reply["connection"] == "Upgrade")
            #expect(reply["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(reply["content-length"] == nil)
        }
    }

    @Test func `a request without an upgrade gets the route's other answer`() throws {
        let router = Router([
            Route(
                [.get], "/both",
                .webSocket({ _ in .refuse(.text(.ok, "asked")) }, otherwise: { _ in .text(.ok, "plain") }))
        ])
        try withServer(router) { server in
            let plain = try server.connect()
            try plain.send("GET /both HTTP/1.1\r\nhost: a\r\n\r\n")
            #expect(try plain.receiveReply().text == "plain")
            let asking = try server.connect()
            try asking.send(WebSocketClient.handshake("/both"))
            #expect(try asking.receiveReply().text == "asked")
        }
    }

    @Test func `an extension is declined`() throws {
        try withServer(conversations()) { server in
            let client = try server.connect()
            let offer = "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n"
            try client.send(WebSocketClient.handshake("/echo", fields: offer))
            let reply = try client.receiveReply()
            #expect(reply.status == 101)
            #expect(reply["sec-websocket-extensions"] == nil)
        }
    }

    @Test(arguments: [("a, b", "b"), ("c, b", "c"), ("a", nil)])
    func `a common subprotocol is chosen`(_ offered: String, _ chosen: String?) throws {
        try withServer(conversations()) { server in
            let client = try server.connect()
            let fields = "sec-websocket-protocol: \(offered)\r\n"
            try client.send(WebSocketClient.handshake("/spoken", fields: fields))
            let reply = try client.receiveReply()
            #expect(reply.status == 101)
            #expect(reply["sec-websocket-protocol"] == chosen)
        }
    }

    @Test(arguments: [
        ("upgrade: websocket\r\n", "", 400),
        ("upgrade: websocket\r\n", "upgrade: h2c\r\n", 400),
        ("connection: keep-alive, Upgrade\r\n", "connection: keep-alive\r\n", 400),
        ("sec-websocket-version: 13\r\n", "sec-websocket-version: 8\r\n", 426),
        ("sec-websocket-version: 13\r\n", "", 426),
        ("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "sec-websocket-key: short\r\n", 400),
        ("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 400),
        ("GET", "POST", 405),
        ("HTTP/1.1", "HTTP/1.0", 400),
        ("/echo", "/closed", 401),
    ])
    func `a malformed handshake is refused`(_ part: String, _ other: String, _ status: Int) throws {
        try withServer(conversations()) { server in
            let client = try server.connect()
            let request = WebSocketClient.handshake("/echo").replacing(part, with: other, maxReplacements: 1)
            try client.send(request)
            let reply = try client.receiveReply()
            #expect(reply.status == status)
            if status == 426 {
                #expect(reply["upgrade"] == "websocket")
                #expect(reply["sec-websocket-version"] == "13")
            }
            if reply["connection"] == "close" { return }
            // It was a request like any other, and the next may be one too.
            try client.send(get("/quick"))
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test func `the first frame may come with the handshake`() throws {
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server, first: clientFrame(text, "early") + clientFrame(ping, "?"))
            #expect(try client.receive().text == "early")
            #expect(try client.receive() == WebSocketClient.Frame(opcode: pong, payload: Array("?".utf8)))
        }
    }

    @Test func `a request before the handshake is answered first`() throws {
        try withServer(conversations()) { server in
            let client = try server.connect()
            try client.send(get("/quick") + WebSocketClient.handshake("/echo"))
            #expect(try client.receiveReply().text == "quick")
            #expect(try client.receiveReply().status == 101)
        }
    }
}
