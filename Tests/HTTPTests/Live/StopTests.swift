import Bytes
import HTTP
import System
import TestSupport
import Testing

/// A server that is told to stop.
@Suite struct StopTests {
    @Test func `on stop idle connections end at once and requests in flight finish`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests)) { server in
            let idle = try (0..<4).map { _ in try server.connect() }
            for client in idle {
                try client.send(get("/quick"))
                #expect(try client.receiveReply().status == 200)
            }
            let busy = try server.connect()
            try busy.send(get("/later/x") + get("/quick"))
            let late = try #require(lateRequests.next())

            server.server.stop()
            for client in idle { #expect(try client.receiveToEnd() == []) }
            #expect(!server.server.hasEnded)
            late.responder.respond(answer("still there"))
            let rest = try busy.receiveToEnd()
            let replies = try #require(Reply.all(in: rest))
            // The last answer says that it is the last.
            #expect(replies.map(\.text) == ["still there"])
            #expect(replies.last?["connection"] == "close")
            #expect(eventually { server.server.hasEnded })
        }
    }

    @Test func `on stop a body that is arriving is read and answered`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send(post("/count", count: 10, sent: 4))
            #expect(eventually { server.server.bodyMemoryInUse > 0 })
            server.server.stop()
            try client.send("123456")
            let rest = try client.receiveToEnd()
            #expect(Reply.all(in: rest)?.map(\.text) == ["10"])
            #expect(eventually { server.server.hasEnded })
        }
    }

    @Test func `on stop a connection ends behind the body it drains`() throws {
        var limits = Limits()
        limits.bodyTime = .milliseconds(60_000)
        try withServer(liveRoutes(), limits: limits, loops: 1) { server in
            let client = try server.connect()
            try client.send(post("/nowhere", count: 10, sent: 4))
            #expect(try client.receiveReply().status == 404)
            let idle = try server.connect()
            server.server.stop()
            // The loop has been told when this one is gone.
            #expect(try idle.receiveToEnd() == [])
            try client.send("123456")
            #expect(try client.receiveToEnd() == [])
            #expect(eventually { server.server.hasEnded })
        }
    }

    @Test(arguments: Storage.allCases)
    func `on stop a download is finished`(_ storage: Storage) throws {
        try withServer(liveRoutes(blob: storage.store(largeBlob))) { server in
            let client = try server.connect()
            try client.send(get("/blob"))
            #expect(try client.receiveAll(1).count == 1)
            server.server.stop()
            let rest = try client.receiveToEnd()
            #expect(rest.count > 64 << 20)
            #expect(eventually { server.server.hasEnded })
        }
    }

    @Test func `on stop new connections are refused`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests)) { server in
            let busy = try server.connect()
            try busy.send(get("/later/x"))
            let late = try #require(lateRequests.next())
            server.server.stop()
            // Each loop lets go of the listening socket in its own time.
            let isRefused = eventually {
                do {
                    _ = try server.connect()
                    return false
                } catch {
                    return (error as? RawClient.Failure)?.number == Errno.connectionRefused.number
                }
            }
            #expect(isRefused)
            late.responder.respond(answer("done"))
            #expect(try busy.receiveReply().text == "done")
        }
    }

    @Test func `requests in flight can be abandoned`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests)) { server in
            let client = try server.connect()
            try client.send(get("/later/x"))
            let late = try #require(lateRequests.next())
            server.server.stop()
            server.server.abandon()
            #expect(try client.receiveToEnd() == [])
            #expect(eventually { server.server.hasEnded })
            // Nobody is there to take it.
            late.responder.respond(answer("too late"))
        }
    }
}
