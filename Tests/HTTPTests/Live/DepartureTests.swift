import Bytes
import HTTP
import Synchronization
import System
import TestSupport
import Testing

/// Clients that hang up, half or whole, at every moment.
@Suite struct DepartureTests {
    @Test func `a client that has shut down sending still gets every answer`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests, blob: .bytes(SharedBytes(pattern(8 << 20))))) { server in
            let client = try server.connect()
            try client.send(get("/now/one") + get("/later/two") + get("/blob") + get("/now/three"))
            try client.shutdownSending()
            try #require(lateRequests.next()).responder.respond(answer("two"))
            let rest = try client.receiveToEnd()
            let replies = Reply.all(in: rest)
            #expect(replies?.map(\.contentLength) == [3, 3, 8 << 20, 5])
            #expect(replies?.last?.text == "three")
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    @Test func `a request whose body ends early is not handled`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send(post("/count", count: 10, sent: 5))
            try client.shutdownSending()
            #expect(try client.receiveToEnd() == [])
            #expect(eventually { server.server.connectionCount == 0 })
            #expect(server.server.bodyMemoryInUse == 0)
        }
    }

    /// When a client goes.
    enum Moment: CaseIterable {
        case atOnce, inTheHead, inTheBody, inAChunk, whileAnAnswerIsLate, inTheDownload, inAFilesDownload
        case whileItIsDrained
    }

    @Test(arguments: Moment.allCases, [true, false])
    func `a client that leaves frees its connection`(_ moment: Moment, _ byReset: Bool) throws {
        let lateRequests = LateRequests()
        var limits = Limits()
        limits.bodyMemory = 4 << 20
        let blob = try (moment == .inAFilesDownload ? Storage.file : .memory).store(largeBlob)
        try withServer(liveRoutes(lateRequests, blob: blob), limits: limits) { server in
            for _ in 0..<20 {
                do {
                    let client = try server.connect()
                    if byReset { try client.resetAtEnd() }
                    switch moment {
                    case .atOnce: break
                    case .inTheHead: try client.send("GET /qui")
                    case .inTheBody: try client.send(post("/count", count: 3 << 20, sent: 300_000))
                    case .inAChunk: try client.send(chunked("/count", [300_000], isWhole: false))
                    case .whileAnAnswerIsLate: try client.send(get("/later/x"))
                    case .inTheDownload, .inAFilesDownload:
                        try client.send(get("/blob"))
                        _ = try client.receive()
                    case .whileItIsDrained: try client.send(post("/nowhere", count: 500_000, sent: 100))
                    }
                    if moment == .whileAnAnswerIsLate { #expect(eventually { lateRequests.count == 1 }) }
                }
                // Answered after the client has gone, which nobody notices.
                if moment == .whileAnAnswerIsLate {
                    try #require(lateRequests.next()).responder.respond(answer("too late"))
                }
            }
            #expect(eventually { server.server.connectionCount == 0 })
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
            let next = try server.connect()
            try next.send(get("/quick"))
            #expect(try next.receiveReply().text == "quick")
        }
    }

    @Test func `a body releases its memory when its handler has used it`() throws {
        let kept = Locked<TransferBox<Request>?>(nil)
        let routes = Router([
            .post(
                "/keep",
                later: { request, responder in
                    let box = TransferBox(request)
                    kept.withLock { $0 = box }
                    responder.respond(answer("kept"))
                })
        ])
        try withServer(routes) { server in
            let client = try server.connect()
            try client.send(post("/keep", count: 1 << 20))
            #expect(try client.receiveReply().text == "kept")
            // As long as somebody has the body, it counts.
            #expect(server.server.bodyMemoryInUse >= 1 << 20)
            kept.withLock { $0 = nil }
            #expect(server.server.bodyMemoryInUse == 0)
        }
    }
}
