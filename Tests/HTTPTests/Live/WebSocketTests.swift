import Bytes
import HTTP
import TestSupport
import Testing

/// Conversations over live WebSockets.
@Suite struct WebSocketTests {
    private static func limits(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits()
        change(&limits)
        return limits
    }

    // MARK: - Messages

    @Test func `messages are echoed in order`() throws {
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            for index in 0..<200 { try client.send(index % 2 == 0 ? text : binary, "message \(index)") }
            for index in 0..<200 {
                let frame = try client.receive()
                #expect(frame.opcode == (index % 2 == 0 ? text : binary))
                #expect(frame.text == "message \(index)")
            }
        }
    }

    @Test(arguments: [0, 125, 126, 65_535, 65_536, 20_000_000])
    func `a message of any length comes back`(_ count: Int) throws {
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            let message = [UInt8](repeating: 0x61, count: count)
            if count < 65_536 {
                try client.raw.send(clientFrame(text, message))
            } else {
                try client.sendLarge(text, message)
            }
            let frame = try client.receive()
            #expect(frame.opcode == text)
            let isEqual = frame.payload == message
            #expect(isEqual)
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
        }
    }

    @Test func `fragments are joined and pings between them answered`() throws {
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            try client.send(text, "one, ", isFinal: false)
            try client.send(ping, "still there?")
            try client.send(continuation, "two, ", isFinal: false)
            try client.send(continuation, "three")
            #expect(try client.receive() == WebSocketClient.Frame(opcode: pong, payload: Array("still there?".utf8)))
            let frame = try client.receive()
            #expect((frame.opcode, frame.text) == (text, "one, two, three"))
        }
    }

    @Test(arguments: [0, 1, 125])
    func `a pong repeats its ping byte for byte`(_ count: Int) throws {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: 255 - $0) }
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            // A byte at a time, as slow networks have it.
            for byte in clientFrame(ping, payload, key: [1, 2, 3, 4]) { try client.raw.send([byte]) }
            #expect(try client.receive() == WebSocketClient.Frame(opcode: pong, payload: payload))
        }
    }

    @Test func `an unsolicited pong is ignored`() throws {
        try withServer(conversations()) { server in
            let client = try WebSocketClient(server)
            try client.send(pong, "unasked")
            try client.send(text, "one, ", isFinal: false)
            try client.send(pong, "")
            try client.send(continuation, "two")
            #expect(try client.receive().text == "one, two")
        }
    }

    // MARK: - The end

    @Test func `a close without a code is answered without one`() throws {
        let hub = SocketHub()
        try withServer(conversations(hub)) { server in
            let client = try WebSocketClient(server, "/listen")
            try client.raw.send(clientFrame(close, []))
            #expect(try client.receive() == WebSocketClient.Frame(opcode: close, payload: []))
            #expect(try client.raw.receiveToEnd() == [])
            #expect(eventually { hub.closed == [nil] })
        }
    }

    @Test func `frames behind a close are ignored`() throws {
        let hub = SocketHub()
        try withServer(conversations(hub)) { server in
            let client = try WebSocketClient(server, "/listen")
            let behind = clientFrame(text, "late") + clientFrame(ping, "?") + clientFrame(close, [0x03, 0xE9]) + [0xFF]
            try client.raw.send(clientFrame(text, "in time") + clientFrame(close, [0x03, 0xE8]) + behind)
            #expect(try client.receive().code == 1000)
            #expect(try client.raw.receiveToEnd() == [])
            #expect(eventually { hub.closed == [.normal] })
            #expect(hub.heard == 1)
        }
    }

    @Test(arguments: [1000, 1001, 3000, 4999])
    func `a close is answered with its code`(_ code: Int) throws {
        let hub = SocketHub()
        try withServer(conversations(hub)) { server in
            let client = try WebSocketClient(server, "/listen")
            try client.close(code)
            #expect(try client.receive().code == code)
            #expect(try client.raw.receiveToEnd() == [])
            #expect(eventually { hub.closed == [WebSocket.CloseCode(rawValue: UInt16(code))] })
        }
    }

    @Test func `a close of the server ends with the client's answer`() throws {
        let hub = SocketHub()
        try withServer(conversations(hub)) { server in
            let client = try WebSocketClient(server, "/listen")
            hub.sockets.first?.close(.policyViolation, reason: "enough")
            let frame = try client.receive()
            #expect(frame.code == 1008)
            #expect(String(decoding: frame.payload.dropFirst(2), as: UTF8.self) == "enough")
            // What is said after it is not answered.
            try client.send(ping, "?")
            try client.close(1008)
            #expect(try client.raw.receiveToEnd() == [])
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    @Test func `a client that does not answer a close is disconnected`() throws {
        let hub = SocketHub()
        try withServer(conversations(hub), limits: Self.limits { $0.lingerTime = .milliseconds(50) }) { server in
            let client = try WebSocketClient(server, "/listen")
            hub.sockets.first?.close()
            #expect(try client.receive().code == 1000)
            #expect(try client.raw.receiveToEnd() == [])
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    private static let faults: [(bytes: [UInt8], code: Int)] = [
        (clientFrame(text, Array("x".utf8), isMasked: false), 1002),
        (clientFrame(text, [0xC3, 0x28]), 1007),
        (clientFrame(text, [0xF0, 0x9F], isFinal: false) + clientFrame(continuation, [0x41]), 1007),
        (clientFrame(binary, [UInt8](repeating: 0, count: 1001)), 1009),
        (inTwo(600, 401), 1009),
        (clientFrame(continuation, "x"), 1002),
        (clientFrame(3, "x"), 1002),
        (clientFrame(ping, "x", isFinal: false), 1002),
        (clientFrame(close, [0x03, 0xED]), 1002),
        ([0xC1, 0x80, 0, 0, 0, 0], 1002),
        (clientFrame(text, "x", isFinal: false) + clientFrame(text, "y"), 1002),
        (clientFrame(text, "x", isFinal: false) + clientFrame(binary, "y", isFinal: false), 1002),
        (clientFrame(0xB, "x"), 1002),
        (clientFrame(ping, [UInt8](repeating: 0, count: 126)), 1002),
        (clientFrame(close, "", isFinal: false), 1002),
        (clientFrame(close, [0x03]), 1002),
        (clientFrame(close, [0x03, 0xE7]), 1002),
        (clientFrame(close, [0x03, 0xE8, 0xFF]), 1007),
        (clientFrame(text, [0xE2, 0x82]), 1007),
        // 125 bytes in the long form, 65,535 in the longest, and more than there are.
        ([0x82, 0xFE, 0, 125, 0, 0, 0, 0], 1002),
        ([0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0], 1002),
        ([0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], 1002),
        ([0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], 1009),
    ]

    private static func inTwo(_ first: Int, _ second: Int) -> [UInt8] {
        clientFrame(binary, [UInt8](repeating: 0, count: first), isFinal: false)
            + clientFrame(continuation, [UInt8](repeating: 0, count: second))
    }

    @Test(arguments: faults)
    func `a protocol error closes the socket with its code`(_ bytes: [UInt8], _ code: Int) throws {
        try withServer(conversations(), limits: Self.limits { $0.webSocketMessage = 1000 }) { server in
            let client = try WebSocketClient(server)
            // What came before the fault is answered, what comes behind it is not.
            try client.raw.send(clientFrame(text, "before") + bytes + clientFrame(text, "behind"))
            #expect(try client.receive().text == "before")
            #expect(try client.receive().code == code)
            #expect(try client.raw.receiveToEnd() == [])
            let other = try WebSocketClient(server)
            try other.send(text, "still serving")
            #expect(try other.receive().text == "still serving")
        }
    }

    @Test func `a client that leaves without a close ends its session`() throws {
        let hub = SocketHub()
        try withServer(conversations(hub)) { server in
            do {
                let client = try WebSocketClient(server, "/listen")
                try client.raw.resetAtEnd()
                try client.send(text, "and", isFinal: false)
            }
            #expect(eventually { hub.closed.count == 1 })
            #expect(hub.closed == [nil])
            #expect(eventually { server.server.connectionCount == 0 })
            #expect(server.server.bodyMemoryInUse == 0)
            // Nobody is there any more.
            hub.sockets.first?.send(text: ByteBuffer("hello?"))
            hub.sockets.first?.close()
        }
    }

    @Test func `an idle socket is closed with a code`() throws {
        try withServer(conversations(), limits: Self.limits { $0.webSocketIdleTime = .milliseconds(50) }) { server in
            let client = try WebSocketClient(server)
            #expect(try client.receive().code == 1001)
            try client.close(1001)
            #expect(try client.raw.receiveToEnd() == [])
        }
        let limits = Self.limits {
            ($0.webSocketIdleTime, $0.webSocketIdleCode) = (.milliseconds(50), WebSocket.CloseCode(rawValue: 4000))
        }
        try withServer(conversations(), limits: limits) { server in
            let client = try WebSocketClient(server)
            #expect(try client.receive().code == 4000)
        }
    }

    @Test func `a stopping server closes sockets with 1001`() throws {
        try withServer(conversations()) { server in
            let clients = try (0..<10).map { _ in try WebSocketClient(server) }
            server.server.stop()
            for client in clients {
                #expect(try client.receive().code == 1001)
                try client.close(1001)
                #expect(try client.raw.receiveToEnd() == [])
            }
            #expect(eventually { server.server.hasEnded })
        }
    }

    // MARK: - Many, and from elsewhere

    @Test func `another thread may send`() throws {
        let hub = SocketHub()
        try withServer(conversations(hub)) { server in
            let client = try WebSocketClient(server, "/listen")
            let socket = try #require(hub.sockets.first)
            for index in 0..<1000 { socket.send(text: ByteBuffer("\(index)")) }
            for index in 0..<1000 { #expect(try client.receive().text == "\(index)") }
            socket.ping(ByteBuffer("7"))
            #expect(try client.receive() == WebSocketClient.Frame(opcode: ping, payload: Array("7".utf8)))
            try client.send(pong, "7")
            #expect(eventually { hub.pongs == [Array("7".utf8)] })
        }
    }

    @Test func `a broadcast reaches all sockets and mixes no frames`() throws {
        let hub = SocketHub()
        try withServer(conversations(hub), loops: 1) { server in
            let clients = try (0..<20).map { _ in try WebSocketClient(server, "/all") }
            for (index, client) in clients.enumerated() {
                // Both in one write: the pong is still waiting to be sent when the message is passed on.
                try client.raw.send(clientFrame(ping, "\(index)") + clientFrame(text, "from \(index)"))
            }
            for (index, client) in clients.enumerated() {
                var heard: [String] = []
                var pongs: [String] = []
                while heard.count < 20 || pongs.isEmpty {
                    let frame = try client.receive()
                    if frame.opcode == pong { pongs.append(frame.text) } else { heard.append(frame.text) }
                }
                #expect(Set(heard) == Set((0..<20).map { "from \($0)" }))
                #expect(pongs == ["\(index)"])
            }
        }
    }

    @Test func `many sockets are served at once`() throws {
        try withServer(conversations()) { server in
            let clients = try (0..<200).map { _ in try WebSocketClient(server) }
            for (index, client) in clients.enumerated() { try client.send(text, "\(index)") }
            for (index, client) in clients.enumerated() { #expect(try client.receive().text == "\(index)") }
        }
    }
}
