import Bytes
import Glibc
import HTTP
import Synchronization
import TestSupport
import Testing

/// Several requests on one connection.
@Suite struct PipeliningTests {
    @Test func `a hundred pipelined requests are answered in order`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests)) { server in
            let client = try server.connect()
            let isLate = { (index: Int) in index % 3 == 1 }
            let requests = (0..<100).map { get(isLate($0) ? "/later/\($0)" : "/now/\($0)") }
            try client.send(requests.joined())
            for index in 0..<100 {
                if isLate(index), let late = lateRequests.next() {
                    late.responder.respond(answer(String(late.path.dropFirst("/later/".count))))
                }
                #expect(try client.receiveReply().text == "\(index)")
            }
        }
    }

    @Test func `a late answer delays those behind it`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests)) { server in
            let client = try server.connect()
            try client.send(get("/later/first") + get("/now/second") + get("/later/third"))
            let first = try #require(lateRequests.next())
            // The third is not even begun while the first waits.
            #expect(lateRequests.count == 0)
            first.responder.respond(answer("first"))
            #expect(try client.receiveReply().text == "first")
            #expect(try client.receiveReply().text == "second")
            try #require(lateRequests.next()).responder.respond(answer("third"))
            #expect(try client.receiveReply().text == "third")
        }
    }

    @Test func `a client that does not read gets no further answers`() throws {
        let served = Atomic<Int>(0)
        let blob = SharedBytes(pattern(100_000))
        let routes = Router([
            .get("/blob") { _ in
                served.add(1, ordering: .relaxed)
                return .shared(contentType: "application/octet-stream", blob)
            },
            .get("/quick") { _ in answer("quick") },
        ])
        try withServer(routes, loops: 1) { server in
            let lazy = try server.connect()
            try lazy.send(String(repeating: get("/blob"), count: 599) + get("/blob", fields: "connection: close\r\n"))
            #expect(eventually { served.load(ordering: .relaxed) > 0 })
            // One loop: when it has served others some rounds, it has looked at this one's requests too.
            let other = try server.connect()
            for _ in 0..<20 {
                try other.send(get("/quick"))
                #expect(try other.receiveReply().text == "quick")
            }
            // 60 MB of answers; the kernel's buffers take a few.
            #expect(served.load(ordering: .relaxed) < 300)
            // What was held up comes when it is read.
            var total = 0
            while true {
                let count = try lazy.receive(upTo: 1 << 20).count
                if count == 0 { break }
                total += count
            }
            #expect(served.load(ordering: .relaxed) == 600)
            #expect(total > 600 * 100_000 && total < 600 * 100_400)
        }
    }

    @Test func `requests are understood a byte at a time`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            var one: CInt = 1
            _ = unsafe setsockopt(client.number, CInt(IPPROTO_TCP), TCP_NODELAY, &one, 4)
            for byte in Array(get("/now/word").utf8) + post("/count", count: 40) + chunked("/count", [3, 20, 1]) {
                try client.send([byte])
            }
            #expect(try client.receiveReply().text == "word")
            #expect(try client.receiveReply().text == "40")
            #expect(try client.receiveReply().text == "24")
        }
    }

    @Test func `an answer to HEAD has no body and is followed by the next one`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send("HEAD /quick HTTP/1.1\r\nhost: test\r\n\r\n" + get("/now/next"))
            let head = try client.receiveReply(isHead: true)
            #expect(head.status == 200)
            #expect(head.contentLength == 5)
            #expect(try client.receiveReply().text == "next")
        }
    }

    @Test func `404 and 405 keep the connection and 405 names the allowed methods`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send(get("/nowhere") + "DELETE /quick HTTP/1.1\r\nhost: test\r\n\r\n" + get("/quick"))
            #expect(try client.receiveReply().status == 404)
            let refused = try client.receiveReply()
            #expect(refused.status == 405)
            #expect(refused["allow"] == "GET, HEAD")
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test func `a target in absolute form is served`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send("GET http://elsewhere.test:81/now/absolute?x HTTP/1.1\r\nhost: test\r\n\r\n")
            #expect(try client.receiveReply().text == "absolute")
        }
    }

    @Test func `an HTTP/1.0 connection is closed unless keep-alive is asked for`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send("GET /quick HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
            let kept = try client.receiveReply()
            #expect(kept["connection"] == "keep-alive")
            try client.send("GET /quick HTTP/1.0\r\n\r\n")
            let rest = try client.receiveToEnd()
            #expect(Reply.all(in: rest)?.map { $0["connection"] } == ["close"])
        }
    }

    @Test func `a request with connection close is answered and the connection closed`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            // What follows the last request is no request any more.
            try client.send(get("/now/last", fields: "connection: close\r\n") + get("/now/never"))
            let rest = try client.receiveToEnd()
            #expect(Reply.all(in: rest)?.map(\.text) == ["last"])
        }
    }
}
