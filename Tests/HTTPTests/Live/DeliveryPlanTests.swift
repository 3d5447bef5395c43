import Bytes
import Glibc
import HTTP
import System
import TestSupport
import Testing
import Time

/// Answers that are delivered by a plan, over live sockets. Times are only bounded from below.
@Suite struct DeliveryPlanTests {
    /// A body, and how it is kept.
    enum Source: CaseIterable {
        case own, memory, file, made

        func response(_ bytes: SharedBytes) throws -> Response {
            switch self {
            case .own: Response(.ok, .bytes(ByteBuffer(bytes.bytes)))
            case .memory: Response(.ok, .stored(try Storage.memory.store(bytes), 0..<bytes.count))
            case .file: Response(.ok, .stored(try Storage.file.store(bytes), 0..<bytes.count))
            case .made: Response(.ok, .stored(try Storage.made.store(bytes), 0..<bytes.count))
            }
        }
    }

    /// Answers `/planned` by a plan and `/quick` at once, from a handler of each kind.
    private static func router(
        _ plan: DeliveryPlan, _ bytes: SharedBytes = SharedBytes(ByteBuffer("planned")), _ source: Source = .memory
    ) -> Router {
        @Sendable func planned() -> Response {
            guard var response = try? source.response(bytes) else { return Response(.internalError) }
            response.plan = plan
            return response
        }
        return Router([
            .get("/planned", head: true) { _ in planned() },
            Route([.get], "/later", .later { _, responder in responder.respond(planned()) }),
            .post("/posted") { _ in planned() },
            Route([.put], "/unread", .now { _ in planned() }),
            .get("/quick") { _ in answer("quick") },
        ])
    }

    private static let plain = String(repeating: "0123456789", count: 1000)

    @Test(arguments: Source.allCases)
    func `a plan without effect changes nothing`(_ source: Source) throws {
        let bytes = SharedBytes(pattern(3_000_000))
        try withServer(Self.router(DeliveryPlan(), bytes, source)) { server in
            let client = try server.connect()
            try client.send(get("/quick") + get("/planned") + get("/quick") + get("/planned"))
            for _ in 0..<2 {
                #expect(try client.receiveReply().text == "quick")
                let reply = try client.receiveReply()
                let isEqual = unsafe bytes.bytes.withUnsafeBytes { unsafe Array($0) == reply.body }
                #expect(isEqual && reply["connection"] == nil)
            }
        }
    }

    @Test(arguments: ["/planned", "/later"])
    func `an answer is held back while other connections are served`(_ path: String) throws {
        let plan = DeliveryPlan(hold: .milliseconds(200))
        try withServer(Self.router(plan), loops: 1) { server in
            let start = Ticks.now
            let held = try server.connect()
            try held.send(get("/quick") + get(path) + get("/quick"))
            // The answer before it goes out at once.
            #expect(try held.receiveReply().text == "quick")
            let other = try server.connect()
            for _ in 0..<10 {
                try other.send(get("/quick"))
                #expect(try other.receiveReply().text == "quick")
            }
            #expect(try held.receiveReply().text == "planned")
            #expect(Ticks.now - start >= .milliseconds(200))
            // The one behind it comes behind it, and the connection lives on.
            #expect(try held.receiveReply().text == "quick")
            try held.send(get("/quick"))
            #expect(try held.receiveReply().text == "quick")
        }
    }

    @Test func `requests that come while an answer is held back are answered behind it`() throws {
        try withServer(Self.router(DeliveryPlan(hold: .milliseconds(100)))) { server in
            let client = try server.connect()
            try client.send(get("/planned"))
            usleep(20_000)
            try client.send(get("/quick") + get("/planned"))
            #expect(try client.receiveReply().text == "planned")
            #expect(try client.receiveReply().text == "quick")
            #expect(try client.receiveReply().text == "planned")
        }
    }

    @Test func `a client that leaves while its answer is held back frees its connection`() throws {
        try withServer(Self.router(DeliveryPlan(hold: .seconds(3600)))) { server in
            let client = try server.connect()
            try client.send(get("/planned"))
            #expect(eventually { server.server.connectionCount == 1 })
            try client.resetAtEnd()
            _ = consume client
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    @Test(arguments: Source.allCases)
    func `a body is paced in pieces`(_ source: Source) throws {
        let bytes = SharedBytes(ByteBuffer(Self.plain))
        let plan = DeliveryPlan(pace: .init(bytesPerSecond: 50_000, piece: 1000))
        try withServer(Self.router(plan, bytes, source), loops: 1) { server in
            let client = try server.connect()
            let start = Ticks.now
            try client.send(get("/planned") + get("/quick"))
            let reply = try client.receiveReply()
            #expect(reply.text == Self.plain)
            // Ten pieces: nine pauses of a fiftieth of a second.
            #expect(Ticks.now - start >= .milliseconds(180))
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test func `a paced body comes before its end and holds no other connection up`() throws {
        let bytes = SharedBytes(ByteBuffer(Self.plain))
        // The whole would take ten days.
        let plan = DeliveryPlan(pace: .init(bytesPerSecond: 100, piece: 1))
        try withServer(Self.router(plan, bytes), loops: 1) { server in
            let client = try server.connect()
            let start = Ticks.now
            try client.send(get("/planned"))
            #expect(try client.receiveReply(isHead: true).contentLength == 10_000)
            let other = try server.connect()
            try other.send(get("/quick"))
            #expect(try other.receiveReply().text == "quick")
            #expect(String(decoding: try client.receiveAll(5), as: UTF8.self) == "01234")
            #expect(Ticks.now - start >= .milliseconds(40))
        }
    }

    @Test func `a pace that is faster than the reader keeps every byte`() throws {
        let bytes = SharedBytes(pattern(20_000_000))
        let plan = DeliveryPlan(pace: .init(bytesPerSecond: 1 << 32, piece: 1 << 20))
        try withServer(Self.router(plan, bytes)) { server in
            let client = try server.connect()
            try client.send(get("/planned") + get("/quick"))
            usleep(100_000)
            let reply = try client.receiveReply()
            let isEqual = unsafe bytes.bytes.withUnsafeBytes { unsafe Array($0) == reply.body }
            #expect(isEqual)
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test(arguments: [0, 1, 5000, 9999], Source.allCases)
    func `a body is cut and the connection closed`(_ count: Int, _ source: Source) throws {
        let bytes = SharedBytes(ByteBuffer(Self.plain))
        let plan = DeliveryPlan(ending: .cut(after: count))
        try withServer(Self.router(plan, bytes, source)) { server in
            let client = try server.connect()
            try client.send(get("/quick") + get("/planned") + get("/quick"))
            #expect(try client.receiveReply().text == "quick")
            let head = try client.receiveReply(isHead: true)
            #expect(head.contentLength == 10_000 && head["connection"] == "close")
            let rest = try client.receiveToEnd()
            #expect(rest == Array(Self.plain.utf8.prefix(count)))
        }
    }

    @Test func `a cut behind the end of the body closes the connection behind all of it`() throws {
        try withServer(Self.router(DeliveryPlan(ending: .cut(after: 1 << 40)))) { server in
            let client = try server.connect()
            try client.send(get("/planned"))
            #expect(try client.receiveReply().text == "planned")
            #expect(try client.receiveToEnd() == [])
        }
    }

    @Test(arguments: [3, 1000])
    func `a false length is told and the connection closed behind the body`(_ length: Int) throws {
        try withServer(Self.router(DeliveryPlan(statedLength: length))) { server in
            let client = try server.connect()
            try client.send(get("/planned") + get("/quick"))
            #expect(try client.receiveReply(isHead: true).contentLength == length)
            #expect(String(decoding: try client.receiveToEnd(), as: UTF8.self) == "planned")
        }
    }

    @Test func `a stated length that is true keeps the connection`() throws {
        try withServer(Self.router(DeliveryPlan(statedLength: 7))) { server in
            let client = try server.connect()
            try client.send(get("/planned") + get("/quick"))
            #expect(try client.receiveReply().text == "planned")
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test func `a reset comes before anything of the answer`() throws {
        try withServer(Self.router(DeliveryPlan(ending: .reset(after: nil)))) { server in
            let client = try server.connect()
            // The answer before it is not lost.
            try client.send(get("/quick") + get("/planned"))
            #expect(try client.receiveReply().text == "quick")
            #expect(try client.receiveOrReset() == nil)
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    @Test(arguments: [0, 1, 5000, 10_000], Source.allCases)
    func `a reset comes behind so many bytes of the body`(_ count: Int, _ source: Source) throws {
        let bytes = SharedBytes(ByteBuffer(Self.plain))
        let plan = DeliveryPlan(ending: .reset(after: count))
        try withServer(Self.router(plan, bytes, source)) { server in
            let client = try server.connect()
            try client.send(get("/quick") + get("/planned"))
            #expect(try client.receiveReply().text == "quick")
            #expect(try client.receiveReply(isHead: true).contentLength == 10_000)
            var received: [UInt8] = []
            while let piece = try client.receiveOrReset() {
                try #require(!piece.isEmpty, "closed in order")
                received += piece
            }
            #expect(received == Array(Self.plain.utf8.prefix(count)))
        }
    }

    @Test func `a reset while a reader is behind loses nothing that was to be sent`() throws {
        let bytes = SharedBytes(pattern(20_000_000))
        let plan = DeliveryPlan(ending: .reset(after: 19_000_000))
        try withServer(Self.router(plan, bytes, .file)) { server in
            let client = try server.connect()
            try client.send(get("/planned"))
            _ = try client.receiveReply(isHead: true)
            usleep(50_000)
            var count = 0
            while let piece = try client.receiveOrReset() {
                try #require(!piece.isEmpty, "closed in order")
                count += piece.count
            }
            #expect(count == 19_000_000)
        }
    }

    @Test func `an answer that hangs never begins and is given up after the idle time`() throws {
        var limits = Limits()
        limits.idleTime = .milliseconds(150)
        try withServer(Self.router(DeliveryPlan(ending: .hang)), limits: limits) { server in
            let client = try server.connect()
            let start = Ticks.now
            try client.send(get("/quick") + get("/planned") + get("/quick"))
            #expect(try client.receiveReply().text == "quick")
            #expect(try client.receiveOrReset() ?? [] == [])
            #expect(Ticks.now - start >= .milliseconds(150))
        }
    }

    @Test func `an answer that hangs does not keep the server from stopping`() throws {
        try withServer(Self.router(DeliveryPlan(ending: .hang))) { server in
            let client = try server.connect()
            try client.send(get("/planned"))
            #expect(eventually { server.server.connectionCount == 1 })
            usleep(20_000)
            server.server.stop()
            #expect(eventually { server.server.hasEnded })
        }
    }

    @Test func `a stopping server finishes what is held back`() throws {
        try withServer(Self.router(DeliveryPlan(hold: .milliseconds(100)))) { server in
            let client = try server.connect()
            try client.send(get("/planned"))
            usleep(20_000)
            server.server.stop()
            #expect(try client.receiveReply().text == "planned")
            #expect(try client.receiveToEnd() == [])
            #expect(eventually { server.server.hasEnded })
        }
    }

    @Test func `an answer to HEAD has a plan but no body`() throws {
        try withServer(Self.router(DeliveryPlan(hold: .milliseconds(20), pace: .init(bytesPerSecond: 1)))) { server in
            let client = try server.connect()
            try client.send("HEAD /planned HTTP/1.1\r\nhost: test\r\n\r\n" + get("/quick"))
            #expect(try client.receiveReply(isHead: true).contentLength == 7)
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test(arguments: [false, true])
    func `a planned answer to a body is followed by the next one`(_ isChunked: Bool) throws {
        try withServer(Self.router(DeliveryPlan(hold: .milliseconds(50)))) { server in
            let client = try server.connect()
            let request = isChunked ? chunked("/posted", [100_000, 5]) : post("/posted", count: 100_000)
            try client.send(request + Array(get("/quick").utf8))
            #expect(try client.receiveReply().text == "planned")
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test func `a planned answer that comes before the body ends the connection`() throws {
        try withServer(Self.router(DeliveryPlan(hold: .milliseconds(50)))) { server in
            let client = try server.connect()
            var request = post("/unread", count: 1000)
            request.replaceSubrange(0..<4, with: Array("PUT".utf8))
            try client.send(request)
            let reply = try client.receiveReply()
            #expect(reply.text == "planned" && reply["connection"] == "close")
            #expect(try client.receiveToEnd() == [])
        }
    }

    @Test func `a layer may give any answer a plan`() throws {
        struct Cutting: Layer {
            func after(_ exchange: inout Exchange, _ response: inout Response) {
                if exchange.target == "/none" { response.plan = DeliveryPlan(ending: .cut(after: 4)) }
            }
        }
        try withServer(Self.router(DeliveryPlan()), layers: [Cutting()]) { server in
            let client = try server.connect()
            try client.send(get("/quick") + get("/none"))
            #expect(try client.receiveReply().text == "quick")
            #expect(try client.receiveReply(isHead: true).status == 404)
            #expect(String(decoding: try client.receiveToEnd(), as: UTF8.self) == #"{"de"#)
        }
    }
}

extension RawClient {
    /// What comes next; empty at an orderly end, nothing after a reset.
    fileprivate func receiveOrReset() throws -> [UInt8]? {
        do {
            return try receive()
        } catch let failure as Failure where failure.number == ECONNRESET {
            return nil
        }
    }
}
