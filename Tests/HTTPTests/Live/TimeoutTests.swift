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
    func aHeadThatDoesNotEndIsRefused(_ start: String) throws {
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

    @Test func aHeadThatTricklesGetsNoMoreTimeForIt() throws {
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
    func aBodyThatStandsStillIsRefused(_ start: [UInt8]) throws {
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

    @Test func whoSaysNothingIsLetGoWithoutAWord() throws {
        let limits = Self.limits { $0.idleTime = .milliseconds(50) }
        try withServer(liveRoutes(), limits: limits) { server in
            let client = try server.connect()
            #expect(try client.receiveToEnd() == [])
        }
    }

    @Test func aKeptConnectionIsLetGoWithoutAWord() throws {
        let limits = Self.limits { $0.idleTime = .milliseconds(50) }
        try withServer(liveRoutes(), limits: limits) { server in
            let client = try server.connect()
            try client.send(get("/quick"))
            #expect(try client.receiveReply().status == 200)
            #expect(try client.receiveToEnd() == [])
        }
    }

    @Test func waitingForALateAnswerTakesAsLongAsItTakes() throws {
        let limits = Self.limits {
            ($0.idleTime, $0.headTime, $0.bodyTime) = (.milliseconds(30), .milliseconds(30), .milliseconds(30))
        }
        let desk = Desk()
        try withServer(liveRoutes(desk), limits: limits) { server in
            let client = try server.connect()
            try client.send(get("/later/x"))
            let late = try #require(desk.next())
            // Others come and go at their limits meanwhile.
            for _ in 0..<3 {
                let other = try server.connect()
                #expect(try other.receiveToEnd() == [])
            }
            late.responder.respond(answer("at last"))
            #expect(try client.receiveReply().text == "at last")
        }
    }

    @Test func aReaderThatTakesNothingIsLetGo() throws {
        let limits = Self.limits { $0.writeTime = .milliseconds(80) }
        try withServer(liveRoutes(blob: .bytes(largeBlob)), limits: limits) { server in
            let client = try server.connect()
            try client.send(get("/blob"))
            #expect(eventually { server.server.connectionCount == 1 })
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    @Test func aPeerThatNeverClosesIsNotLingeredForLong() throws {
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
