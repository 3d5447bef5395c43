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

    @Test func aClientThatSpeaksAndDoesNotListenIsNotHeardOn() throws {
        let message = clientFrame(binary, [UInt8](repeating: 0, count: 50_000), key: [0, 0, 0, 0])
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            let sent = try sendUntilStuck(client, message, limit: 200 << 20)
            // The kernel's buffers of both ends, and the server's own bound.
            #expect(sent < 60 << 20)
        }
    }

    @Test(arguments: [1, 100_000])
    func aSessionThatHasEnoughHearsNoMoreUntilItWants(size: Int) throws {
        let slow = Slow()
        try withServer(conversations(Hall(), slow)) { server in
            let client = try WebSocketClient(server, "/slow")
            let thread = ThreadBox(
                try Thread("sender") {
                    for index in 0..<100 {
                        try? client.raw.send(clientFrame(binary, [UInt8](repeating: UInt8(index), count: size)))
                    }
                })
            for index in 0..<100 {
                // What it wants to hear comes, in its order, and not one message more.
                #expect(eventually { slow.heard >= min(100, (index / Slow.most + 1) * Slow.most) })
                #expect(slow.heard == min(100, (index / Slow.most + 1) * Slow.most))
                let isEqual = try client.receive().payload == [UInt8](repeating: UInt8(index), count: size)
                #expect(isEqual)
                if index % Slow.most == Slow.most - 1 { slow.socket?.resume() }
            }
            thread.thread.take()?.join()
        }
    }

    @Test func aSessionThatHasEnoughNoticesThatItsPeerIsGone() throws {
        let slow = Slow()
        try withServer(conversations(Hall(), slow)) { server in
            do {
                let client = try WebSocketClient(server, "/slow")
                try client.raw.resetAtEnd()
                for _ in 0..<10 { try client.send(text, "x") }
                #expect(eventually { slow.heard == Slow.most })
            }
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    @Test func pongsCountAsWell() throws {
        let pings = (0..<500).flatMap { _ in clientFrame(ping, [UInt8](repeating: 0, count: 125), key: [0, 0, 0, 0]) }
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            let sent = try sendUntilStuck(client, pings, limit: 200 << 20)
            #expect(sent < 60 << 20)
        }
    }

    @Test func whatWasHeldUpComesInOrder() throws {
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

    @Test func aReaderBehindIsToldOfWhenItHasCaughtUp() throws {
        let hall = Hall()
        try withServer(conversations(hall)) { server in
            let client = try WebSocketClient(server, "/listen")
            let socket = try #require(hall.sockets.first)
            socket.send(binary: pattern(30 << 20))
            #expect(eventually { socket.queued > 0 })
            #expect(hall.drained == 0)
            #expect(try client.receive().payload.count == 30 << 20)
            #expect(eventually { hall.drained == 1 && socket.queued == 0 })
        }
    }

    @Test func whatIsMadeCostsAReaderThatIsBehindNoMoreThanItsWeight() throws {
        let hall = Hall()
        let limits = Self.limits { $0.webSocketQueue = 64 << 10 }
        try withServer(conversations(hall), limits: limits) { server in
            let client = try WebSocketClient(server, "/listen")
            let socket = try #require(hall.sockets.first)
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

    @Test func aReaderTooFarBehindIsLetGo() throws {
        let hall = Hall()
        let limits = Self.limits { ($0.webSocketQueue, $0.lingerTime) = (16 << 20, .milliseconds(50)) }
        try withServer(conversations(hall), limits: limits) { server in
            let client = try WebSocketClient(server, "/listen")
            let socket = try #require(hall.sockets.first)
            let message = StoredContent.bytes(SharedBytes(pattern(1 << 20)))
            for _ in 0..<100 where hall.closed.isEmpty { socket.send(text: message) }
            #expect(eventually { hall.closed.count == 1 })
            #expect(eventually { server.server.connectionCount == 0 })
            _ = client
        }
    }

    @Test func aReaderThatTakesNothingIsLetGoThoughMoreIsPushed() throws {
        let hall = Hall()
        let limits = Self.limits { $0.writeTime = .milliseconds(100) }
        try withServer(conversations(hall), limits: limits) { server in
            let client = try WebSocketClient(server, "/listen")
            let socket = try #require(hall.sockets.first)
            socket.send(binary: pattern(20 << 20))
            // Each push would give it more time if the time did not run from what it left first.
            let isGone = eventually {
                socket.send(text: ByteBuffer("more"))
                return hall.closed.count == 1
            }
            #expect(isGone)
            _ = client
        }
    }

    @Test func withoutMemoryForAMessageItsClientIsTold() throws {
        try withServer(conversations(), limits: Self.limits { $0.bodyMemory = 1 << 20 }) { server in
            let client = try WebSocketClient(server)
            try? client.sendLarge(binary, [UInt8](repeating: 0, count: 3 << 20))
            #expect(try client.receive().code == 1013)
            try client.raw.shutdownSending()
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
        }
    }
}
