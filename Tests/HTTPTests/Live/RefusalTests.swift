import Bytes
import HTTP
import TestSupport
import Testing

/// Requests the server itself turns down, over a socket: the status, the end, and that others do not notice.
@Suite struct RefusalTests {
    struct Bad: CustomTestStringConvertible, Sendable {
        let status: Int
        let request: String
        var testDescription: String { "\(status) \(request.prefix(60).debugDescription)" }

        init(_ status: Int, _ request: String) { (self.status, self.request) = (status, request) }

        /// A sound request line and Host with these fields.
        init(_ status: Int, fields: String, method: String = "GET", body: String = "") {
            self.init(status, "\(method) /quick HTTP/1.1\r\nhost: test\r\n\(fields)\r\n\(body)")
        }
    }

    static let table: [Bad] = [
        Bad(400, "GET /quick HTTP/1.1\nhost: test\n\n"),
        Bad(400, "GET /quick HTTP/1.1\r\nhost: test\r\nx: a\rb\r\n\r\n"),
        Bad(400, "GET /quick HTTP/1.1\r\n\r\n"),
        Bad(400, fields: "host: again\r\n"),
        Bad(400, fields: "host : test\r\n"),
        Bad(400, fields: "x: a\r\n b\r\n"),
        Bad(400, fields: "x: a\u{0}b\r\n"),
        Bad(400, fields: "x: a\u{7}b\r\n"),
        Bad(400, "GET  /quick HTTP/1.1\r\nhost: test\r\n\r\n"),
        Bad(400, "GET /qu#ick HTTP/1.1\r\nhost: test\r\n\r\n"),
        Bad(400, "GET quick HTTP/1.1\r\nhost: test\r\n\r\n"),
        Bad(400, "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"),
        Bad(400, fields: "content-length: +1\r\n", body: "x"),
        Bad(400, fields: "content-length: 0x1\r\n", body: "x"),
        Bad(400, fields: "content-length: 1, 1\r\n", body: "x"),
        Bad(400, fields: "content-length: 1\r\ncontent-length: 2\r\n", body: "xx"),
        Bad(400, fields: "content-length: 99999999999999999999\r\n"),
        Bad(400, fields: "content-length: 5\r\ntransfer-encoding: chunked\r\n", body: "0\r\n\r\n"),
        Bad(400, fields: "transfer-encoding: chunked, chunked\r\n"),
        Bad(400, "POST /count HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        Bad(400, "POST /count HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n"),
        Bad(400, "POST /count HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n1 \r\nx\r\n"),
        Bad(400, "POST /count HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n1\r\nxx"),
        Bad(400, "POST /count HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
        Bad(400, "POST /count HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n0\r\nhost: x\r\n\r\n"),
        Bad(413, "POST /count HTTP/1.1\r\nhost: test\r\ncontent-length: 5000000\r\n\r\n"),
        Bad(413, "POST /small HTTP/1.1\r\nhost: test\r\ncontent-length: 1001\r\n\r\n"),
        Bad(414, "GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nhost: test\r\n\r\n"),
        Bad(414, String(repeating: "G", count: 9000)),
        Bad(417, fields: "expect: something\r\n"),
        Bad(431, fields: "x: \(String(repeating: "a", count: 70_000))\r\n"),
        Bad(431, fields: String(repeating: "x: a\r\n", count: 101)),
        Bad(501, fields: "transfer-encoding: gzip, chunked\r\n"),
        Bad(505, "GET /quick HTTP/2.0\r\nhost: test\r\n\r\n"),
    ]

    private static var limits: Limits {
        var limits = Limits()
        limits.body = 4_000_000
        return limits
    }

    @Test(arguments: table)
    func `a malformed request gets its status and the connection is closed`(_ bad: Bad) throws {
        try withServer(liveRoutes(), limits: Self.limits) { server in
            let client = try server.connect()
            // A good one first: the bad one must not leave the connection for a third.
            try client.send(get("/now/first") + bad.request + get("/now/third"))
            let rest = try client.receiveToEnd()
            let replies = try #require(Reply.all(in: rest))
            #expect(replies.map(\.status) == [200, bad.status])
            #expect(replies.last?["connection"] == "close")
            #expect(replies.last?.text.hasPrefix(#"{"detail":""#) == true)
            let next = try server.connect()
            try next.send(get("/quick"))
            #expect(try next.receiveReply().text == "quick")
        }
    }

    @Test func `a refusal after a HEAD request has a body`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send("HEAD /quick HTTP/1.1\r\nhost: test\r\n\r\n")
            #expect(try client.receiveReply(isHead: true).status == 200)
            try client.send("nonsense\r\n\r\n")
            let reply = try client.receiveReply()
            #expect(reply.status == 400)
            #expect(!reply.body.isEmpty)
        }
    }
}
