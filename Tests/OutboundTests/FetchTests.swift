import Bytes
import Outbound
import TestSupport
import Testing

struct FetchTests {
    @Test func `a fetch returns the body, the media type and the URL`() throws {
        try Peer.answering(answer(fields: "Content-Type: Image/PNG; x=y\r\n", "hello")) { peer in
            let fetched = try local.fetch(peer.url("/a?b=c#d"))
            #expect(fetched.bytes.text == "hello")
            #expect(fetched.contentType == "image/png")
            #expect(fetched.url == peer.url("/a?b=c#d"))
        }
    }

    @Test func `a request has only the four necessary lines`() throws {
        try Peer.answering(answer()) { peer in
            _ = try local.fetch(peer.url("/a?b=c#d"))
            let request =
                "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:\(peer.port)\r\nUser-Agent: outpaint\r\nAccept: */*\r\n\r\n"
            #expect(peer.requests == [request])
        }
    }

    @Test(arguments: [
        ("", nil), ("text", nil), ("a/b/c", nil), ("text/<b>", nil), ("text/ht\u{e9}", nil),
        ("TEXT/html;charset=x", "text/html"),
    ]) func `a content type is reduced to its media type or dropped`(_ type: String, _ shown: String?) throws {
        try Peer.answering(answer(fields: "content-type: \(type)\r\n")) { peer in
            let fetched = try local.fetch(peer.url())
            #expect(fetched.contentType == shown)
        }
    }

    @Test func `a body with a content-encoding is not decoded`() throws {
        try Peer.answering(answer(fields: "content-encoding: gzip\r\n", "not gzip")) { peer in
            let text = try local.text(peer.url())
            #expect(text == "not gzip")
        }
    }

    // MARK: - Redirects

    @Test func `redirects are followed up to the limit`() throws {
        try Peer.serving({ target, connection in
            let left = Int(target.dropFirst()) ?? 0
            try connection.send(
                left > 0 ? answer("302 Found", fields: "location: /\(left - 1)\r\n") : answer("200 OK", "there"))
        }) { peer in
            let fetched = try local.fetch(peer.url("/3"))
            #expect(fetched.bytes.text == "there")
            #expect(fetched.url == peer.url("/0"))
            #expect(local.refusal(peer.url("/4")) == .tooManyRedirects(limit: 3))
            #expect(local.refusal(peer.url("/1"), Limits { $0.redirects = 0 }) == .tooManyRedirects(limit: 0))
        }
    }

    @Test func `a redirect loop ends at the limit`() throws {
        try Peer.answering(answer("301 Moved Permanently", fields: "location: /\r\n")) { peer in
            #expect(local.refusal(peer.url()) == .tooManyRedirects(limit: 3))
            #expect(peer.requests.count == 4)
        }
    }

    @Test(
        arguments: [
            ("ftp://127.0.0.1/", .scheme), ("file:///etc/passwd", .scheme), ("gopher://127.0.0.1/", .scheme),
            ("http://me:secret@127.0.0.1/", .userInfo), ("http://169.254.169.254/latest/meta-data/", .refusedAddress),
            ("http://[fe80::1]/", .refusedAddress), ("http://0.0.0.0/", .refusedAddress),
            ("http://127.0.0.1:x/", .badURL),
        ] as [(String, OutboundError)]) func `a redirect to a disallowed URL is refused`(
            _ location: String, _ reason: OutboundError
        ) throws
    {
        try Peer.answering(answer("302 Found", fields: "location: \(location)\r\n")) { peer in
            #expect(local.refusal(peer.url()) == reason)
        }
    }

    @Test(arguments: ["302 Found", "304 Not Modified", "404 Not Found", "500 Internal Server Error"])
    func `a status other than success is an error`(_ status: String) throws {
        try Peer.answering(answer(status, status.hasPrefix("304") ? "" : "a page")) { peer in
            #expect(local.refusal(peer.url()) == .status(Int(status.prefix(3)) ?? 0))
        }
    }

    // MARK: - Limits

    @Test func `a content-length over the limit is refused before the body arrives`() throws {
        try Peer.serving({
            try $1.send("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n")
            try $1.waitForEnd()
        }) { peer in
            #expect(local.refusal(peer.url(), Limits { $0.bytes = 5 }) == .tooLarge(limit: 5))
        }
    }

    @Test(arguments: ["transfer-encoding: chunked\r\n\r\n6\r\nsixsix\r\n0\r\n\r\n", "connection: close\r\n\r\nsixsix"])
    func `a body without a content-length is limited`(_ rest: String) throws {
        try Peer.answering("HTTP/1.1 200 OK\r\n" + rest) { peer in
            let text = try local.text(peer.url(), Limits { $0.bytes = 6 })
            #expect(text == "sixsix")
            #expect(local.refusal(peer.url(), Limits { $0.bytes = 5 }) == .tooLarge(limit: 5))
        }
    }

    @Test func `an endless body is abandoned at the limit`() throws {
        try Peer.serving({
            try $1.send("HTTP/1.1 200 OK\r\n\r\n")
            while true { try $1.send(String(repeating: "x", count: 1 << 16)) }
        }) { peer in
            #expect(local.refusal(peer.url(), Limits { $0.bytes = 1 << 20 }) == .tooLarge(limit: 1 << 20))
        }
    }

    @Test(arguments: [(250, nil), (260, .broken)] as [(Int, OutboundError?)])
    func `the size of a response head is limited`(_ kibibytes: Int, _ reason: OutboundError?) throws {
        let field = "x: \(String(repeating: "x", count: 1019))\r\n"
        try Peer.serving({
            try $1.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n")
            for _ in 0..<kibibytes { try $1.send(field) }
            try $1.send("\r\n")
        }) { peer in
            #expect(local.refusal(peer.url()) == reason)
        }
    }

    @Test func `a silent server runs into the time limit`() throws {
        let short = Limits { $0.totalTime = .milliseconds(50) }
        try Peer.serving({ try $1.waitForEnd() }) { peer in
            #expect(local.refusal(peer.url(), short) == .time)
        }
    }

    @Test func `a stalled body runs into the time limit`() throws {
        let short = Limits { $0.totalTime = .milliseconds(200) }
        try Peer.serving({
            try $1.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx")
            try $1.waitForEnd()
        }) { peer in
            #expect(local.refusal(peer.url(), short) == .time)
        }
    }

    // MARK: - Malformed answers

    @Test(arguments: [
        "content-length: 10\r\n\r\nfive!", "transfer-encoding: chunked\r\n\r\n5\r\nfive!\r\n",
        "transfer-encoding: chunked\r\n\r\nfive!", "content-length: x\r\n\r\nfive!",
    ]) func `a truncated or badly framed body is broken`(_ rest: String) throws {
        try Peer.answering("HTTP/1.1 200 OK\r\n" + rest) { peer in
            #expect(local.refusal(peer.url()) == .broken)
        }
    }

    @Test(arguments: ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1", "\u{0}\u{1}\u{2}"])
    func `an answer that is not HTTP is broken`(_ text: String) throws {
        try Peer.answering(text) { peer in
            #expect(local.refusal(peer.url()) == .broken)
            #expect(local.refusal(peer.url("/again")) == .broken)
        }
    }

    @Test func `a redirect to an answer that is not HTTP is broken`() throws {
        try Peer.serving({ target, connection in
            try connection.send(target == "/" ? answer("302 Found", fields: "location: /x\r\n") : "what?\r\n")
        }) { peer in
            #expect(local.refusal(peer.url()) == .broken)
        }
    }

    @Test func `bytes after the content-length are ignored`() throws {
        try Peer.answering("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfive!and more") { peer in
            let text = try local.text(peer.url())
            #expect(text == "five!")
        }
    }

    // MARK: - No answer

    @Test func `a closed port is reported as a failed connection`() throws {
        let url = try Peer.answering("") { $0.url() }
        #expect(local.refusal(url) == .cannotConnect)
    }

    @Test func `an impossible host name is reported as unknown`() {
        // The label is too long for a DNS query.
        #expect(local.refusal("http://\(String(repeating: "a", count: 64)).invalid/") == .unknownHost)
    }

    @Test func `a server without TLS is reported as a TLS error`() throws {
        try Peer.answering("HTTP/1.1 200 OK\r\n\r\n") { peer in
            #expect(local.refusal("https://127.0.0.1:\(peer.port)/") == .tls)
        }
    }

    // MARK: - URLs

    @Test(
        arguments: [
            ("", .badURL), ("picture.png", .badURL), ("//127.0.0.1/", .badURL), ("http:", .badURL),
            ("http:/127.0.0.1/", .badURL),
            ("http://", .badURL), ("http:///a", .badURL), ("http://127.0.0.1/a b", .badURL),
            ("http://127.0.0.1/\r\nx: y", .badURL),
            ("http://127.0.0.1/\u{e9}", .badURL), ("http://[::1/", .badURL), ("http://127.0.0.1:99999/", .badURL),
            ("http://127.0.0.1/" + String(repeating: "a", count: 8192), .badURL), ("ftp://127.0.0.1/", .scheme),
            ("file:///etc/passwd", .scheme), ("data:image/png;base64,AA==", .scheme), ("127.0.0.1:80/a", .scheme),
            ("http://me@127.0.0.1/", .userInfo), ("http://me:secret@127.0.0.1/", .userInfo),
            ("HTTP://me:@127.0.0.1/", .userInfo),
        ] as [(String, OutboundError)]) func `an invalid URL is refused`(_ url: String, _ reason: OutboundError)
    {
        #expect(local.refusal(url) == reason)
    }

    @Test func `an error's description does not contain the URL`() throws {
        try Peer.answering(answer("403 Forbidden")) { peer in
            let reason = local.refusal(peer.url("/?sig=secret"))
            #expect("\(reason, default: "")" == "the URL's host answered with status 403")
        }
    }
}
