import Bytes
import Testing

@testable import HTTP

/// Heads that are in order, with everything that is read from them.
@Suite struct RequestParserTests {
    struct Case: CustomTestStringConvertible {
        let bytes: [UInt8]
        let expected: ParsedHead

        init(_ lines: [String], _ expected: ParsedHead = ParsedHead()) {
            bytes = head(lines)
            self.expected = expected
        }

        var testDescription: String { String(decoding: bytes, as: UTF8.self) }
    }

    static let requestLines = [
        Case(["GET / HTTP/1.1", "Host: a"]),
        // One empty line before it is passed over. RFC 9112, 2.2.
        Case(["", "GET / HTTP/1.1", "Host: a"]),
        Case(["get / HTTP/1.1", "Host: a"], ParsedHead(method: .other, methodName: "get")),
        Case(["HEAD / HTTP/1.1", "Host: a"], ParsedHead(method: .head, methodName: "HEAD")),
        Case(["POST / HTTP/1.1", "Host: a"], ParsedHead(method: .post, methodName: "POST")),
        Case(["PUT / HTTP/1.1", "Host: a"], ParsedHead(method: .put, methodName: "PUT")),
        Case(["PATCH / HTTP/1.1", "Host: a"], ParsedHead(method: .patch, methodName: "PATCH")),
        Case(["DELETE / HTTP/1.1", "Host: a"], ParsedHead(method: .delete, methodName: "DELETE")),
        Case(["OPTIONS / HTTP/1.1", "Host: a"], ParsedHead(method: .options, methodName: "OPTIONS")),
        Case(["TRACE / HTTP/1.1", "Host: a"], ParsedHead(method: .trace, methodName: "TRACE")),
        Case(["!#$%&'*+-.^_`|~09 / HTTP/1.1", "Host: a"], ParsedHead(method: .other, methodName: "!#$%&'*+-.^_`|~09")),
        // A later minor version is understood as the highest known one. RFC 9110, 2.5.
        Case(["GET / HTTP/1.9", "Host: a"], ParsedHead(minorVersion: 9)),
    ]

    static let targets = [
        Case(["GET /a/b.c HTTP/1.1", "Host: a"], ParsedHead(target: "/a/b.c", path: "/a/b.c")),
        Case(["GET //a/../%zz HTTP/1.1", "Host: a"], ParsedHead(target: "//a/../%zz", path: "//a/../%zz")),
        Case(["GET /? HTTP/1.1", "Host: a"], ParsedHead(target: "/?", query: "")),
        Case(["GET /p?a=b?c&d HTTP/1.1", "Host: a"], ParsedHead(target: "/p?a=b?c&d", path: "/p", query: "a=b?c&d")),
        Case(["GET /\"<>[]\\^`{|} HTTP/1.1", "Host: a"], ParsedHead(target: "/\"<>[]\\^`{|}", path: "/\"<>[]\\^`{|}")),
        Case(
            ["OPTIONS * HTTP/1.1", "Host: a"],
            ParsedHead(method: .options, methodName: "OPTIONS", target: "*", path: "*")),
        // The authority of an absolute target outranks the field. RFC 9112, 3.2.2.
        Case(
            ["GET http://b:80/p?q HTTP/1.1", "Host: a"],
            ParsedHead(target: "http://b:80/p?q", path: "/p", query: "q", authority: "b:80")),
        Case(
            ["GET HTTPS://[::1]:8/ HTTP/1.1", "Host: a"],
            ParsedHead(target: "HTTPS://[::1]:8/", authority: "[::1]:8")),
        // An empty path is the root. RFC 9110, 4.2.3.
        Case(["GET http://b HTTP/1.1", "Host: a"], ParsedHead(target: "http://b", authority: "b")),
        Case(
            ["GET http://b?q/r HTTP/1.1", "Host: a"], ParsedHead(target: "http://b?q/r", query: "q/r", authority: "b")),
        Case(
            ["CONNECT b:443 HTTP/1.1", "Host: a"],
            ParsedHead(method: .connect, methodName: "CONNECT", target: "b:443", path: "b:443", authority: "b:443")),
    ]

    static let hosts =
        ([
            "", "a", "a.example:80", "a.example:", "127.0.0.1:4880", "[::1]", "[::1]:80", "[fe80::1%25eth0]",
            "[v1.a:b]",
            "x_y-z~.%41", "a!$&'()*+,;=b",
        ] as [String]).map { host in
            Case(["GET / HTTP/1.1", "Host: \(host)"], ParsedHead(authority: host, fields: ["Host: \(host)"]))
        }

    static let fields = [
        Case(
            [
                "GET / HTTP/1.1", "hOST:a", "X:", "X: \t", "x:\t b \tc \t ", "Y: ä\u{FF}", "Z: \"q\" (c) :,;",
                "!#$%&'*+-.^_`|~: 1",
            ],
            ParsedHead(fields: [
                "hOST: a", "X: ", "X: ", "x: b \tc", "Y: ä\u{FF}", "Z: \"q\" (c) :,;", "!#$%&'*+-.^_`|~: 1",
            ])),
        Case(
            ["POST / HTTP/1.1", "Host: a", "content-length: 0"],
            ParsedHead(method: .post, methodName: "POST", fields: ["Host: a", "content-length: 0"], contentLength: 0)),
        Case(
            ["GET / HTTP/1.1", "Host: a", "Content-Length: 0042", "CONTENT-LENGTH: 42"],
            ParsedHead(fields: ["Host: a", "Content-Length: 0042", "CONTENT-LENGTH: 42"], contentLength: 42)),
        Case(
            ["GET / HTTP/1.1", "Host: a", "Content-Length: 999999999999999999"],
            ParsedHead(
                fields: ["Host: a", "Content-Length: 999999999999999999"], contentLength: 999_999_999_999_999_999)),
        Case(
            ["GET / HTTP/1.1", "Transfer-Encoding: Chunked", "Host: a"],
            ParsedHead(fields: ["Transfer-Encoding: Chunked", "Host: a"], isChunked: true)),
        Case(
            ["GET / HTTP/1.1", "Host: a", "Expect: 100-Continue"],
            ParsedHead(fields: ["Host: a", "Expect: 100-Continue"], expectsContinue: true)),
    ]

    /// Options of Connection fields, for either version, and whether the connection stays and is asked to change.
    static let connections: [Case] = [
        ("1.1", [], true, false), ("1.1", ["keep-alive"], true, false), ("1.1", ["close"], false, false),
        ("1.1", ["CLOSE"], false, false), ("1.1", ["keep-alive, close"], false, false),
        ("1.1", ["close", "keep-alive"], false, false), ("1.1", [" ,, close ,"], false, false),
        ("1.1", ["closed"], true, false), ("1.1", ["x, upgrade"], true, true), ("1.1", ["Upgrade,close"], false, true),
        ("1.1", [""], true, false), ("1.1", ["\"close\""], true, false),
        ("1.0", [], false, false), ("1.0", ["keep-alive"], true, false), ("1.0", ["Keep-Alive, x"], true, false),
        ("1.0", ["x"], false, false), ("1.0", ["keep-alive", "close"], false, false),
        ("1.0", ["upgrade, keep-alive"], true, false),
    ].map { version, options, keepsAlive, asksUpgrade in
        let lines = options.map { "Connection: \($0)" }
        let trimmed = options.map { "Connection: \($0.trimmingBlanks)" }
        return Case(
            ["GET / HTTP/\(version)", "Host: a"] + lines,
            ParsedHead(
                minorVersion: version == "1.0" ? 0 : 1, fields: ["Host: a"] + trimmed, keepsAlive: keepsAlive,
                asksUpgrade: asksUpgrade))
    }

    /// HTTP/1.0 needs no Host and has no expectations.
    static let oldRequests = [
        Case(
            ["GET / HTTP/1.0"], ParsedHead(authority: nil, minorVersion: 0, fields: [], keepsAlive: false)),
        Case(
            ["GET / HTTP/1.0", "Expect: 100-continue"],
            ParsedHead(authority: nil, minorVersion: 0, fields: ["Expect: 100-continue"], keepsAlive: false)),
        Case(
            ["GET / HTTP/1.0", "Expect: x", "Host: a"],
            ParsedHead(minorVersion: 0, fields: ["Expect: x", "Host: a"], keepsAlive: false)),
    ]

    static let all = requestLines + targets + hosts + fields + connections + oldRequests

    @Test(arguments: all)
    func `everything is read from a well-formed head`(request: Case) {
        let expected = Parsing(.complete(request.bytes.count), request.expected)
        #expect(parse(request.bytes) == expected)
        // What follows is none of its business, not even where it is nonsense.
        #expect(parse(request.bytes + [0, 10, 13]) == expected)
    }

    @Test(arguments: all)
    func `every prefix of a head needs more input`(request: Case) {
        for count in 0..<request.bytes.count {
            #expect(parse(Array(request.bytes.prefix(count))) == Parsing(.needMore))
        }
    }

    @Test(arguments: all)
    func `a head is read the same however it is split`(request: Case) {
        for size in [1, 2, 3, 7, 16, 17] {
            let (parsing, _) = parse(request.bytes, piecesOf: size)
            #expect(parsing == Parsing(.complete(request.bytes.count), request.expected))
        }
    }

    @Test func `nothing of one request is left in the next`() {
        var parser = RequestParser()
        for request in Self.all + Self.all.reversed() {
            // Half a request, and one that is refused, leave nothing either.
            _ = parse(Array(request.bytes.prefix(request.bytes.count / 2)), with: &parser)
            parser.reset()
            let isEmpty = parser.isEmpty
            #expect(isEmpty)
            _ = parse(head("POST http://x/?y HTTP/1.1", "Host: z", "Host: z"), with: &parser)
            parser.reset()
            #expect(parse(request.bytes, with: &parser) == Parsing(.complete(request.bytes.count), request.expected))
            parser.reset()
        }
    }

    @Test func `a head has begun with its first byte`() {
        var parser = RequestParser()
        let before = parser.isEmpty
        #expect(before)
        _ = parse([UInt8(ascii: "G")], with: &parser)
        let after = parser.isEmpty
        #expect(!after)
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = Substring(self)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
