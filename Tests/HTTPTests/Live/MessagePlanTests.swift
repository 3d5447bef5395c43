import Bytes
import HTTP
import System
import TestSupport
import Testing
import Time

/// Messages of WebSockets that are delivered by a plan.
@Suite struct MessagePlanTests {
    /// A server whose sockets a test speaks through, and a client.
    private func withSocket(
        layers: [any Layer] = [], _ body: (WebSocket.Socket, WebSocketClient, SocketHub) throws -> Void
    ) throws {
        let hub = SocketHub()
        try withServer(conversations(hub), layers: layers) { server in
            let client = try WebSocketClient(server, "/listen")
            #expect(eventually { hub.sockets.count == 1 })
            try body(try #require(hub.sockets.first), client, hub)
        }
    }

    @Test func `a dropped message never comes and the others do`() throws {
        try withSocket { socket, client, _ in
            socket.send(text: ByteBuffer("a"))
            socket.send(text: ByteBuffer("b"), plan: .drop)
            socket.send(text: ByteBuffer("c"))
            try client.expect("a")
            try client.expect("c")
        }
    }

    @Test func `a delayed message holds back those behind it and not those before`() throws {
        try withSocket { socket, client, _ in
            let start = Ticks.now
            socket.send(text: ByteBuffer("a"))
            socket.send(text: ByteBuffer("b"), plan: .delay(.milliseconds(150)))
            socket.send(text: ByteBuffer("c"))
            socket.send(text: ByteBuffer("d"), plan: .drop)
            socket.send(text: ByteBuffer("e"))
            try client.expect("a")
            for text in ["b", "c", "e"] { try client.expect(text) }
            #expect(Ticks.now - start >= .milliseconds(150))
            // A ping is no message: it waits for none.
            socket.send(text: ByteBuffer("f"), plan: .delay(.milliseconds(100)))
            socket.ping()
            #expect(try client.receive().opcode == 9)
            try client.expect("f")
        }
    }

    @Test func `a close comes behind messages that are delayed`() throws {
        try withSocket { socket, client, _ in
            socket.send(text: ByteBuffer("a"), plan: .delay(.milliseconds(50)))
            socket.close(.goingAway)
            try client.expect("a")
            #expect(try client.receive().code == 1001)
        }
    }

    @Test(arguments: [0, 1, 2, 5, 12])
    func `a connection is cut within a frame`(_ count: Int) throws {
        try withSocket { socket, client, hub in
            socket.send(text: ByteBuffer("before"))
            socket.send(text: ByteBuffer("0123456789"), plan: .cut(after: count))
            socket.send(text: ByteBuffer("behind"))
            try client.expect("before")
            let frame: [UInt8] = [0x81, 10] + Array("0123456789".utf8)
            let rest = try client.raw.receiveToEnd()
            #expect(rest == Array(frame.prefix(count)))
            #expect(eventually { hub.closed.count == 1 })
            #expect(hub.closed == [nil])
        }
    }

    @Test(arguments: [10, 100_000, 3_000_000])
    func `half a frame is sent and the connection cut`(_ size: Int) throws {
        try withSocket { socket, client, _ in
            socket.send(binary: pattern(size), plan: .half)
            let header = size < 126 ? 2 : size < 65_536 ? 4 : 10
            let sent = try client.raw.receiveToEnd().count
            #expect(sent == (header + size) / 2)
        }
    }

    @Test func `a client that leaves while messages are delayed frees its connection`() throws {
        let hub = SocketHub()
        try withServer(conversations(hub)) { server in
            let client = try WebSocketClient(server, "/listen")
            #expect(eventually { hub.sockets.count == 1 })
            let socket = try #require(hub.sockets.first)
            socket.send(text: pattern(1000), plan: .delay(.seconds(3600)))
            #expect(eventually { socket.queued >= 1000 })
            try client.raw.resetAtEnd()
            _ = consume client
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    @Test func `delayed messages count to the memory of what waits`() throws {
        var limits = Limits()
        limits.webSocketQueue = 10_000
        let hub = SocketHub()
        try withServer(conversations(hub), limits: limits) { server in
            let client = try WebSocketClient(server, "/listen")
            #expect(eventually { hub.sockets.count == 1 })
            let socket = try #require(hub.sockets.first)
            for _ in 0..<20 {
                socket.send(text: ByteBuffer(String(repeating: "x", count: 1000)), plan: .delay(.hours(1)))
            }
            #expect(try client.receive().code == 1013)
        }
    }

    @Test func `a layer may give a message a plan`() throws {
        struct Dropping: Layer {
            func sending(_ exchange: borrowing Exchange) -> MessagePlan? { exchange.bytesOut == 1 ? .drop : nil }
        }
        try withSocket(layers: [Dropping()]) { socket, client, _ in
            socket.send(text: ByteBuffer("a"))
            socket.send(text: ByteBuffer("bb"))
            try client.expect("bb")
        }
    }
}

extension WebSocketClient {
    /// Receives a message, which must be this text.
    fileprivate func expect(_ text: String) throws {
        let frame = try receive()
        #expect(frame.opcode == 1 && frame.text == text)
    }
}
