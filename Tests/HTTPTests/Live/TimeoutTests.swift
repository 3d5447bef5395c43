import Bytes
import HTTP
import TestSupport
import Testing

/// Clients that keep the server waiting.
@Suite struct TimeoutTests {
    private static func limits(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits()
        change(&limits)
        return limits
    }

    @Test(arguments: ["G", "GET /quick HTTP/1.1\r\n", "GET /quick HTTP/1.1\r\nhost: test\r\nx: y\r\n"])
    func `a head that does not end is answered 408`(_ start: String) throws {
        let limits = Self.limits { $0.headTime = .milliseconds(80) }
        try withServer(liveRoutes(), limits: limits) { server in
            for before in ["", get("/quick")] {
                let client = try server.connect()
                try client.send(before + start)
                let rest = try client.receiveToEnd()
                #expect(Reply.all(in: rest)?.map(\.status) == (before.isEmpty ? [408] : [200, 408]))
            }
        }
    }

    @Test func `a head that trickles in gets no more time`() throws {
        let limits = Self.limits { $0.headTime = .milliseconds(150) }
        try withServer(liveRoutes(), limits: limits) { server in
            let client = try server.connect()
            try client.send("GET /quick HTTP/1.1\r\n")
            var answer: [UInt8] = []
            // A byte now and then would go on for ever; the refusal ends it.
            for _ in 0..<2000 where answer.isEmpty {
                pause(milliseconds: 10)
                guard (try? client.send("x")) != nil else { break }
                if client.hasInput { answer = try client.receiveToEnd() }
            }
            #expect(Reply.all(in: answer)?.map(\.status) == [408])
        }
    }

    @Test(arguments: [
        post("/count", count: 10, sent: 0), post("/count", count: 10, sent: 3), chunked("/count", [5], isWhole: false),
    ])
    func `a body that stops arriving is answered 408`(_ start: [UInt8]) throws {
        let limits = Self.limits { $0.bodyTime = .milliseconds(80) }
        try withServer(liveRoutes(), limits: limits) { server in
            let client = try server.connect()
            try client.send(start)
            let rest = try client.receiveToEnd()
            let replies = Reply.all(in: rest)
            #expect(replies?.map(\.status) == [408])
            #expect(replies?.first?["connection"] == "close")
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
        }
    }

    @Test func `a connection without a request is closed silently`() throws {
        let limits = Self.limits { $0.idleTime = .milliseconds(50) }
        try withServer(liveRoutes(), limits: limits) { server in
            let client = try server.connect()
            #expect(try client.receiveToEnd() == [])
        }
    }

    @Test func `an idle kept connection is closed silently`() throws {
        let limits = Self.limits { $0.idleTime = .milliseconds(50) }
        try withServer(liveRoutes(), limits: limits) { server in
            let client = try server.connect()
            try client.send(get("/quick"))
            #expect(try client.receiveReply().status == 200)
            #expect(try client.receiveToEnd() == [])
        }
    }

    @Test func `no timeout applies while a handler is working`() throws {
        let limits = Self.limits {
            ($0.idleTime, $0.headTime, $0.bodyTime) = (.milliseconds(30), .milliseconds(30), .milliseconds(30))
        }
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests), limits: limits) { server in
            let client = try server.connect()
            try client.send(get("/later/x"))
            let late = try #require(lateRequests.next())
            // Others come and go at their limits meanwhile.
            for _ in 0..<3 {
                let other = try server.connect()
                #expect(try other.receiveToEnd() == [])
            }
            late.responder.respond(answer("at last"))
            #expect(try client.receiveReply().text == "at last")
        }
    }

    @Test func `a reader that takes nothing is disconnected`() throws {
        let limits = Self.limits { $0.writeTime = .milliseconds(80) }
        try withServer(liveRoutes(blob: .bytes(largeBlob)), limits: limits) { server in
            let client = try server.connect()
            try client.send(get("/blob"))
            #expect(eventually { server.server.connectionCount == 1 })
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    @Test func `a client that never closes is disconnected after the linger time`() throws {
        let limits = Self.limits { $0.lingerTime = .milliseconds(50) }
        try withServer(liveRoutes(), limits: limits) { server in
            let client = try server.connect()
            try client.send("nonsense\r\n\r\n")
            let rest = try client.receiveToEnd()
            #expect(Reply.all(in: rest)?.map(\.status) == [400])
            // This end stays open.
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }
}
