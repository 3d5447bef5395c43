import Bytes
import HTTP
import System
import TestSupport
import Testing
import Time

/// Many large bodies at once, which come one after the other where memory is scarce.
@Suite struct BodyTurnTests {
    private static let size = 2 << 20

    private static func limits(threshold: Int, turnTime: Interval = .milliseconds(60_000)) -> Limits {
        var limits = Limits()
        (limits.bodyTurnThreshold, limits.bodyTurnTime) = (threshold, turnTime)
        return limits
    }

    @Test(arguments: [false, true])
    func `a burst of large bodies is answered and never in memory all at once`(_ isChunked: Bool) throws {
        let most = Locked(0)
        let subject = Locked<Server?>(nil)
        let router = Router([
            .post("/count") { request in
                let inUse = subject.withLock { $0?.bodyMemoryInUse ?? 0 }
                most.withLock { $0 = max($0, inUse) }
                return answer("\(request.body.count)")
            }
        ])
        try withServer(router, limits: Self.limits(threshold: 512 << 10)) { server in
            subject.withLock { $0 = server.server }
            let body = isChunked ? chunked("/count", [Self.size]) : post("/count", count: Self.size)
            let answers = Locked<[String]>([])
            try onThreads(24) {
                do {
                    let client = try server.connect()
                    try client.send(body)
                    let text = try client.receiveReply().text
                    answers.withLock { $0.append(text) }
                } catch {
                    answers.withLock { $0.append("\(error)") }
                }
            }
            subject.withLock { $0 = nil }
            #expect(answers.withLock { $0 } == Array(repeating: "\(Self.size)", count: 24))
            // All would be 48 MiB. This is what every one has at first, the one whose turn it is, and one a loop that has
            // doubled just before the others had to wait.
            #expect(most.withLock { $0 } <= 24 * (64 << 10) + 3 * Self.size)
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
        }
    }

    /// One that has its turn and stands still, and one behind it that waits with so much.
    private static func withTwo(
        _ server: LiveServer, _ body: (_ first: RawClient, _ second: RawClient) throws -> Void
    ) throws {
        let first = try server.connect()
        try first.send(post("/count", count: size, sent: 300_000))
        #expect(eventually { server.server.bodyMemoryInUse >= 512 << 10 })
        let second = try server.connect()
        // What the server does not read stays in the kernel.
        try second.send(post("/count", count: 300_000))
        try body(first, second)
    }

    @Test func `a waiting body is read when the one before it is answered`() throws {
        try withServer(liveRoutes(), limits: Self.limits(threshold: 100 << 10)) { server in
            try Self.withTwo(server) { first, second in
                let waiting = (512 << 10) + (128 << 10)
                #expect(eventually { server.server.bodyMemoryInUse == waiting })
                // A small body never waits.
                let small = try server.connect()
                try small.send(post("/count", count: 60_000))
                #expect(try small.receiveReply().text == "60000")
                #expect(server.server.bodyMemoryInUse == waiting)
                #expect(!second.hasInput)
                try first.send([UInt8](repeating: 0x78, count: Self.size - 300_000))
                #expect(try first.receiveReply().text == "\(Self.size)")
                #expect(try second.receiveReply().text == "300000")
            }
        }
    }

    @Test func `a waiting body is read when the client before it leaves`() throws {
        try withServer(liveRoutes(), limits: Self.limits(threshold: 100 << 10)) { server in
            let waiting = (512 << 10) + (128 << 10)
            var kept: RawClient?
            try Self.withTwo(server) { first, second in
                kept = second
                #expect(eventually { server.server.bodyMemoryInUse == waiting })
            }
            #expect(try kept?.receiveReply().text == "300000")
        }
    }

    @Test func `a body that has waited for the turn timeout is read anyway`() throws {
        let limits = Self.limits(threshold: 100 << 10, turnTime: .milliseconds(20))
        try withServer(liveRoutes(), limits: limits) { server in
            try Self.withTwo(server) { first, second in
                #expect(try second.receiveReply().text == "300000")
                // And the next body of its connection waits for its own turn.
                try second.send(post("/count", count: 300_000))
                #expect(try second.receiveReply().text == "300000")
                #expect(!first.hasInput)
            }
        }
    }

    @Test func `a client that leaves while its body waits is forgotten`() throws {
        try withServer(liveRoutes(), limits: Self.limits(threshold: 100 << 10)) { server in
            let first = try server.connect()
            try first.send(post("/count", count: Self.size, sent: 300_000))
            #expect(eventually { server.server.bodyMemoryInUse == 512 << 10 })
            do {
                let second = try server.connect()
                try second.send(post("/count", count: 300_000))
                #expect(eventually { server.server.bodyMemoryInUse == (512 << 10) + (128 << 10) })
                try second.resetAtEnd()
            }
            #expect(eventually { server.server.connectionCount == 1 })
            #expect(server.server.bodyMemoryInUse == 512 << 10)
            try first.send([UInt8](repeating: 0x78, count: Self.size - 300_000))
            #expect(try first.receiveReply().text == "\(Self.size)")
        }
    }
}
