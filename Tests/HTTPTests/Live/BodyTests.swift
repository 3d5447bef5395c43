import Bytes
import HTTP
import TestSupport
import Testing

/// Bodies on their way in: those that are wanted, and those that are not.
@Suite struct BodyTests {
    private static var limits: Limits {
        var limits = Limits()
        limits.body = 1 << 20
        limits.drain = 100_000
        return limits
    }

    @Test(arguments: [0, 1, 1000, 65_536, 65_537, 1 << 20])
    func `a body arrives whole`(_ count: Int) throws {
        try withServer(liveRoutes(), limits: Self.limits) { server in
            let client = try server.connect()
            try client.send(post("/count", count: count) + chunked("/count", [count].filter { $0 > 0 }))
            #expect(try client.receiveReply().text == "\(count)")
            #expect(try client.receiveReply().text == "\(count)")
            #expect(server.server.bodyMemoryInUse == 0)
        }
    }

    @Test func `a body that is too large is refused before it is sent`() throws {
        try withServer(liveRoutes(), limits: Self.limits) { server in
            let client = try server.connect()
            try client.send(post("/count", count: (1 << 20) + 1, sent: 0))
            #expect(try client.receiveReply().status == 413)
        }
    }

    @Test func `a chunked body is refused as soon as it is too large`() throws {
        try withServer(liveRoutes(), limits: Self.limits) { server in
            let client = try server.connect()
            // One byte too many, and no end in sight.
            try client.send(chunked("/count", [1 << 20, 1], isWhole: false))
            #expect(try client.receiveReply().status == 413)
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
        }
    }

    @Test(arguments: [true, false])
    func `a client that keeps sending still reads the refusal`(_ isChunked: Bool) throws {
        try withServer(liveRoutes(), limits: Self.limits) { server in
            let client = try server.connect()
            let size = 10 << 20
            let request = isChunked ? chunked("/count", [size]) : post("/count", count: size)
            // All of it is taken, though nothing is kept; then there is an answer and no reset.
            try client.send(request)
            let reply = try client.receiveReply()
            #expect(reply.status == 413)
            try client.shutdownSending()
            #expect(try client.receiveToEnd() == [])
        }
    }

    @Test(arguments: ["/nowhere", "/quick", "/unwanted"])
    func `a connection survives a small refused body`(_ path: String) throws {
        try withServer(liveRoutes(), limits: Self.limits) { server in
            let client = try server.connect()
            let status = path == "/nowhere" ? 404 : path == "/quick" ? 405 : 200
            for body in [post(path, count: 100_000), chunked(path, [60_000, 40_000])] {
                let request = String(decoding: body, as: UTF8.self)
                    .replacing("POST", with: path == "/unwanted" ? "PUT" : "POST", maxReplacements: 1)
                try client.send(request + get("/now/next"))
                #expect(try client.receiveReply().status == status)
                #expect(try client.receiveReply().text == "next")
            }
        }
    }

    @Test func `a connection ends with a large refused body`() throws {
        try withServer(liveRoutes(), limits: Self.limits) { server in
            let stated = try server.connect()
            try stated.send(post("/nowhere", count: 100_001) + Array(get("/now/next").utf8))
            let rest = try stated.receiveToEnd()
            let replies = try #require(Reply.all(in: rest))
            #expect(replies.map(\.status) == [404])
            #expect(replies.first?["connection"] == "close")

            let unstated = try server.connect()
            try unstated.send(chunked("/nowhere", [60_000, 40_001]) + Array(get("/now/next").utf8))
            let other = try unstated.receiveToEnd()
            #expect(Reply.all(in: other)?.map(\.status) == [404])
        }
    }

    /// RFC 9112, 2.2 knows clients that send an empty line behind a body.
    @Test(arguments: ["HTTP/1.0\r\n", "HTTP/1.1\r\nhost: test\r\nconnection: close\r\n"])
    func `an empty line behind the last body does not cut the answer`(_ version: String) throws {
        let stored = SharedBytes(pattern(2 << 20))
        let router = Router([.post("/stored") { _ in .shared(contentType: "application/octet-stream", stored) }])
        try withServer(router) { server in
            let client = try server.connect()
            let body = String(repeating: "x", count: 300_000)
            try client.send("POST /stored \(version)content-length: \(body.utf8.count)\r\n\r\n\(body)\r\n")
            let reply = try client.receiveReply()
            #expect(reply.body.count == 2 << 20)
        }
    }

    // MARK: - Expect: 100-continue

    private static let expects = "expect: 100-continue\r\n"
    private static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    @Test func `a client that expects 100-continue receives 100`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send(post("/count", count: 5, fields: Self.expects, sent: 0))
            #expect(try client.receiveAll(Self.goOn.count) == Self.goOn)
            try client.send("hello")
            #expect(try client.receiveReply().text == "5")
        }
    }

    @Test func `a client that has sent its body already receives no 100`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send(post("/count", count: 5, fields: Self.expects))
            let reply = try client.receiveReply()
            #expect((reply.status, reply.text) == (200, "5"))
        }
    }

    @Test(arguments: [("/nowhere", 5, 404), ("/quick", 5, 405), ("/small", 1001, 413), ("/count", 0, 200)])
    func `no 100 is sent for a body that is not wanted`(_ path: String, _ count: Int, _ status: Int) throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send(post(path, count: count, fields: Self.expects, sent: 0))
            let reply = try client.receiveReply()
            #expect(reply.status == status)
            // Whether the body comes after all is not known: no further request could be told from it.
            #expect((reply["connection"] == "close") == (count > 0))
        }
    }

    @Test func `an expectation of an HTTP/1.0 client is ignored`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send("POST /count HTTP/1.0\r\ncontent-length: 2\r\n\(Self.expects)\r\n")
            try client.send("hi")
            #expect(try client.receiveReply().text == "2")
        }
    }
}
