import Bytes
import HTTP
import System
import TestSupport
import Testing

/// Peers of WebSockets that take nothing, or want too much.
@Suite struct WebSocketPressureTests {
    private static func limits(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits()
        change(&limits)
        return limits
    }

    /// What a client can send, over and over, before the server stops taking it; at most `limit`.
    private func sendUntilStuck(_ client: WebSocketClient, _ bytes: [UInt8], limit: Int) throws -> Int {
        var sent = 0
        while sent < limit {
            // A second's silence of a server on the same machine is a server that has stopped reading.
            guard client.raw.canSend(withinMilliseconds: 1000) else { return sent }
            sent += try client.raw.sendSome(Array(bytes[(sent % bytes.count)...]))
        }
        return sent
    }

    @Test func `a client that does not read is not read either`() throws {
        let message = clientFrame(binary, [UInt8](repeating: 0, count: 50_000), key: [0, 0, 0, 0])
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            let sent = try sendUntilStuck(client, message, limit: 200 << 20)
            // The kernel's buffers of both ends, and the server's own bound.
            #expect(sent < 60 << 20)
        }
    }

    @Test(arguments: [1, 100_000])
    func `a paused session receives nothing until it resumes`(size: Int) throws {
        let slow = PausingSession()
        try withServer(conversations(SocketHub(), slow)) { server in
            let client = try WebSocketClient(server, "/slow")
            let thread = ThreadBox(
                try Thread("sender") {
                    for index in 0..<100 {
                        try? client.raw.send(clientFrame(binary, [UInt8](repeating: UInt8(index), count: size)))
                    }
                })
            for index in 0..<100 {
                // What it wants to hear comes, in its order, and not one message more.
                #expect(eventually { slow.heard >= min(100, (index / PausingSession.most + 1) * PausingSession.most) })
                #expect(slow.heard == min(100, (index / PausingSession.most + 1) * PausingSession.most))
                let isEqual = try client.receive().payload == [UInt8](repeating: UInt8(index), count: size)
                #expect(isEqual)
                if index % PausingSession.most == PausingSession.most - 1 { slow.socket?.resume() }
            }
            thread.thread.take()?.join()
        }
    }

    @Test func `a paused session notices that its client has left`() throws {
        let slow = PausingSession()
        try withServer(conversations(SocketHub(), slow)) { server in
            do {
                let client = try WebSocketClient(server, "/slow")
                try client.raw.resetAtEnd()
                for _ in 0..<10 { try client.send(text, "x") }
                #expect(eventually { slow.heard == PausingSession.most })
            }
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    @Test func `unread pongs stop the reading as well`() throws {
        let pings = (0..<500).flatMap { _ in clientFrame(ping, [UInt8](repeating: 0, count: 125), key: [0, 0, 0, 0]) }
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            let sent = try sendUntilStuck(client, pings, limit: 200 << 20)
            #expect(sent < 60 << 20)
        }
    }

    @Test func `messages held back arrive in order`() throws {
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            let size = 1 << 20
            let thread = ThreadBox(
                try Thread("sender") {
                    for index in 0..<40 {
                        try? client.sendLarge(binary, [UInt8](repeating: UInt8(index), count: size))
                    }
                })
            for index in 0..<40 {
                let frame = try client.receive()
                let isEqual = frame.payload == [UInt8](repeating: UInt8(index), count: size)
                #expect(isEqual)
            }
            thread.thread.take()?.join()
        }
    }

    private final class ThreadBox {
        var thread: Thread?
        init(_ thread: consuming Thread) { self.thread = .some(thread) }
    }

    @Test func `a session is told when a slow reader has caught up`() throws {
        let hub = SocketHub()
        try withServer(conversations(hub)) { server in
            let client = try WebSocketClient(server, "/listen")
            let socket = try #require(hub.sockets.first)
            socket.send(binary: pattern(30 << 20))
            #expect(eventually { socket.queued > 0 })
            #expect(hub.drained == 0)
            #expect(try client.receive().payload.count == 30 << 20)
            #expect(eventually { hub.drained == 1 && socket.queued == 0 })
        }
    }

    @Test func `generated messages count as their weight for a slow reader`() throws {
        let hub = SocketHub()
        let limits = Self.limits { $0.webSocketQueue = 64 << 10 }
        try withServer(conversations(hub), limits: limits) { server in
            let client = try WebSocketClient(server, "/listen")
            let socket = try #require(hub.sockets.first)
            let bytes = SharedBytes(pattern(5 << 20))
            for _ in 0..<8 { socket.send(text: .made(Made(bytes))) }
            socket.send(text: ByteBuffer("behind"))
            #expect(eventually { socket.queued > 0 })
            for _ in 0..<8 {
                let frame = try client.receive()
                let isEqual = unsafe bytes.bytes.withUnsafeBytes { unsafe Array($0) == frame.payload }
                #expect(isEqual)
            }
            #expect(try client.receive().text == "behind")
            #expect(eventually { socket.queued == 0 })
        }
    }

    @Test func `a reader past the queue limit is disconnected`() throws {
        let hub = SocketHub()
        let limits = Self.limits { ($0.webSocketQueue, $0.lingerTime) = (16 << 20, .milliseconds(50)) }
        try withServer(conversations(hub), limits: limits) { server in
            let client = try WebSocketClient(server, "/listen")
            let socket = try #require(hub.sockets.first)
            let message = StoredContent.bytes(SharedBytes(pattern(1 << 20)))
            for _ in 0..<100 where hub.closed.isEmpty { socket.send(text: message) }
            #expect(eventually { hub.closed.count == 1 })
            #expect(eventually { server.server.connectionCount == 0 })
            _ = client
        }
    }

    @Test func `a reader that takes nothing is disconnected though more is sent`() throws {
        let hub = SocketHub()
        let limits = Self.limits { $0.writeTime = .milliseconds(100) }
        try withServer(conversations(hub), limits: limits) { server in
            let client = try WebSocketClient(server, "/listen")
            let socket = try #require(hub.sockets.first)
            socket.send(binary: pattern(20 << 20))
            // Each push would give it more time if the time did not run from what it left first.
            let isGone = eventually {
                socket.send(text: ByteBuffer("more"))
                return hub.closed.count == 1
            }
            #expect(isGone)
            _ = client
        }
    }

    @Test func `a message without memory closes the socket with 1013`() throws {
        try withServer(conversations(), limits: Self.limits { $0.bodyMemory = 1 << 20 }) { server in
            let client = try WebSocketClient(server)
            try? client.sendLarge(binary, [UInt8](repeating: 0, count: 3 << 20))
            #expect(try client.receive().code == 1013)
            try client.raw.shutdownSending()
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
        }
    }
}
