import Testing

@testable import HTTP

/// Heads that are refused, and why.
@Suite struct RequestParserRefusalTests {
    struct Case: CustomTestStringConvertible {
        let bytes: [UInt8]
        let refusal: Refusal

        init(_ bytes: [UInt8], _ refusal: Refusal) {
            self.bytes = bytes
            self.refusal = refusal
        }

        /// A head of these lines behind those that make it whole otherwise.
        init(_ lines: [String], _ refusal: Refusal) { self.init(head(lines), refusal) }

        init(field: String, _ refusal: Refusal) { self.init(["POST / HTTP/1.1", "Host: a", field], refusal) }

        init(line: String, _ refusal: Refusal) { self.init([line, "Host: a"], refusal) }

        init(target: String, method: String = "GET", _ refusal: Refusal = .badTarget) {
            self.init(line: "\(method) \(target) HTTP/1.1", refusal)
        }

        init(raw: String, _ refusal: Refusal) { self.init(Array(raw.utf8), refusal) }

        var testDescription: String { "\(String(decoding: bytes, as: UTF8.self).debugDescription) \(refusal)" }
    }

    static let requestLines =
        [
            " GET / HTTP/1.1", "\tGET / HTTP/1.1", "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET\t/ HTTP/1.1", "GET",
            "GET ",
            "GET /", "GET / ", " ", "/ HTTP/1.1", "GET HTTP/1.1", "GET / HTTP/1.1 ", "GET / HTTP/1.1\t",
            "GET / HTTP/1.1 x",
            "GET /a b HTTP/1.1", "GET / http/1.1", "GET / Http/1.1", "GET / HTTP/1,1", "GET / HTTP/1.x",
            "GET / HTTP/x.1",
            "GET / HTTP/1.10", "GET / HTTP/11", "GET / HTTP/1", "GET / HTTP/1.", "GET / HTTP/", "GET / HTTP /1.1",
            "GET / HTTPS/1.1", "GET / ICY/1.1", "GET / HTTP/-1.1", "GET / HTTP/+1.1", "G<T / HTTP/1.1",
            "GE(T / HTTP/1.1",
            "GET: / HTTP/1.1", "GÉT / HTTP/1.1", "\"GET\" / HTTP/1.1", "GET, / HTTP/1.1", "{ / HTTP/1.1",
            "@ / HTTP/1.1",
        ].map { Case(line: $0, .badRequestLine) } + [
            // Only one empty line is passed over.
            Case(["", "", "GET / HTTP/1.1", "Host: a"], .badRequestLine)
        ]

    static let versions = ["GET / HTTP/2.0", "GET / HTTP/0.9", "GET / HTTP/3.0", "GET / HTTP/9.9", "PRI * HTTP/2.0"]
        .map { Case(line: $0, .versionNotSupported) }

    static let targets =
        [
            "/#", "/a#b", "/?#", "/a\tb", "/é", "/\u{80}", "a", "a/b", "?a", "*", "**", "a:80", "http:", "http:/a",
            "http://", "http:///a", "http://?a", "https://", "ftp://a/", "http//a/", "//a#", "http://u@a/",
            "http://u:p@a/", "http://a<b/", "http://a:b/", "http://a:80:80/", "http://:80/", "http://[::1/",
            "http://::1/",
            "http://a]/",
        ].map { Case(target: $0) } + [
            Case(target: "*a", method: "OPTIONS"), Case(target: "*?a", method: "OPTIONS"),
            // The only form for CONNECT is a host and a port. RFC 9112, 3.2.3.
            Case(target: "/", method: "CONNECT"), Case(target: "*", method: "CONNECT"),
            Case(target: "http://a/", method: "CONNECT"), Case(target: "a", method: "CONNECT"),
            Case(target: "a:", method: "CONNECT"), Case(target: "a:b", method: "CONNECT"),
            Case(target: ":80", method: "CONNECT"), Case(target: "a80", method: "CONNECT"),
            Case(target: "80", method: "CONNECT"), Case(target: "[::1]80", method: "CONNECT"),
        ]

    static let lines = [
        Case(raw: "\n", .bareLineFeed),
        Case(raw: "\r\n\n", .bareLineFeed),
        Case(raw: "GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed),
        Case(raw: "GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed),
        Case(raw: "GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed),
        Case(raw: "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        Case(raw: "GET / HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n", .bareLineFeed),
        Case(raw: "GET /\n HTTP/1.1\r\nHost: a\r\n\r\n", .bareLineFeed),
        Case(raw: "\r\r\n", .bareCarriageReturn),
        Case(raw: "\rGET / HTTP/1.1\r\n", .bareCarriageReturn),
        Case(raw: "GET / HTTP/1.1\rHost: a\r\n\r\n", .bareCarriageReturn),
        Case(raw: "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", .bareCarriageReturn),
        Case(raw: "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n", .bareCarriageReturn),
        Case(raw: "GET / HTTP/1.1\r\nHost: a\r\n\rx", .bareCarriageReturn),
        Case(raw: "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n", .bareCarriageReturn),
        // What TLS begins with.
        Case([0x16, 0x03, 0x01, 0x02, 0x00], .controlByte),
    ]

    /// Every control byte but the tab and the ends of lines, wherever it may stand.
    static let controls = (Array(0..<0x20) + [0x7F]).filter { ![0x09, 0x0A, 0x0D].contains($0) }
        .flatMap { (byte: UInt8) in
            let control = String(UnicodeScalar(byte))
            return [
                ["\(control)GET / HTTP/1.1"], ["G\(control)ET / HTTP/1.1"], ["GET /a\(control) HTTP/1.1"],
                ["GET / HTTP/1.1\(control)"], ["GET / HTTP/1.1", "\(control)X: b"],
                ["GET / HTTP/1.1", "X\(control): b"],
                ["GET / HTTP/1.1", "X:\(control)b"], ["GET / HTTP/1.1", "X: b\(control)"],
                ["GET / HTTP/1.1", "X: 0123456789abcdef\(control)0123456789abcdef"], ["GET / HTTP/1.1", "\(control)"],
            ].map { Case($0, .controlByte) }
        }

    static let fields =
        [
            "X : b", "X\t: b", "X y: b", ": b", ":", "X", "X b", "(X): b", "X@: b", "X/y: b", "X[0]: b", "{X}: b",
            "Xé: b",
            "\"X\": b", "X;y: b", "X=y: b", "X,y: b", "X\\: b", "Host : a", "Content-Length : 5",
            "Transfer-Encoding : chunked", "\u{A0}X: b",
        ].map { Case(field: $0, .badFieldName) } + [
            // RFC 9112, 5.2.
            Case(field: " X: b", .foldedField), Case(field: "\tX: b", .foldedField), Case(field: " ", .foldedField),
            Case(field: "X: b\r\n c", .foldedField), Case(field: "X:\r\n\tc", .foldedField),
            Case(["GET / HTTP/1.1", " Host: a"], .foldedField), Case(["GET / HTTP/1.0", "X: b", "\t"], .foldedField),
        ]

    static let hosts =
        [
            "a b", "a, b c", "a/b", "a?b", "a#b", "u@a", "a\\b", "a<b>", "\"a\"", "a|b", "a^b", "`a`", "{a}", "é",
            "a\tb",
            "http://a/", "a:b", "a:-1", "a:80:80", "a:8_0", ":80", ":", "::1", "[::1", "::1]", "[]", "[", "]",
            "[::1]a", "[::1]80", "[::1]:x", "[a]b]", "a[::1]", "[::1][::1]", "[a/b]",
        ].map { Case(["GET / HTTP/1.1", "Host: \($0)"], .badHost) } + [
            Case(["GET / HTTP/1.1"], .missingHost), Case(["GET / HTTP/1.1", "Hosts: a", "X-Host: a"], .missingHost),
            Case(["GET http://a/ HTTP/1.1"], .missingHost), Case(["OPTIONS * HTTP/1.1", "X: b"], .missingHost),
            Case(field: "Host: a", .repeatedHost), Case(field: "HOST: b", .repeatedHost),
            Case(field: "host:", .repeatedHost), Case(["GET / HTTP/1.1", "Host:", "Host: a"], .repeatedHost),
            Case(["GET / HTTP/1.0", "Host: a", "Host: a"], .repeatedHost),
            Case(["GET http://a/ HTTP/1.1", "Host: a b"], .badHost), Case(["GET / HTTP/1.0", "Host: a b"], .badHost),
        ]

    static let lengths =
        [
            "", "+5", "-5", "-0", "0x5", "5a", "a5", "5.0", "5e1", "5 5", "5,5", "5, 5", "5,", ",5", "5;a", "5:", "5/",
            "\"5\"",
            "٥", "½",
            "５", "1_000", "1000000000000000000", "9223372036854775807", "9223372036854775808", "18446744073709551616",
            "99999999999999999999999999999999999", "0000000000000000005",
        ].map { Case(field: "Content-Length: \($0)", .badContentLength) }
        + [("5", "6"), ("0", "5"), ("5", "0")].map {
            Case(field: "Content-Length: \($0.0)\r\ncontent-length: \($0.1)", .unequalContentLengths)
        } + [
            Case(field: "Content-Length: 5\r\nContent-Length: +5", .badContentLength),
            Case(field: "Content-Length: 5\r\nX: b\r\nContent-Length: 5\r\nContent-Length: 6", .unequalContentLengths),
        ]

    static let codings =
        [
            "", ",", "chunked,", ",chunked", "chunked, chunked", "chunked,gzip", "chunked, gzip, chunked",
            "chunked;q=1",
            "chunked ;a", "\"chunked\"", "chunked chunked", "gzip chunked", "gzip;q=1, chunked", "(chunked)", "x/y",
            "chunk\u{E9}d", "gzip, chunked, chunked", "=", "chunked\u{A0}",
        ].map { Case(field: "Transfer-Encoding: \($0)", .badTransferEncoding) }
        + [
            "gzip", "gzip, chunked", "GZIP,Chunked", "identity", "identity, chunked", "deflate",
            "compress, gzip, chunked",
            "x-gzip", "trailers", "chunkedd", "xchunked", "chunke", "gzip, , chunked", "chunked-x",
        ].map { Case(field: "Transfer-Encoding: \($0)", .unknownTransferCoding) } + [
            Case(field: "Transfer-Encoding: chunked\r\ntransfer-encoding: chunked", .badTransferEncoding),
            Case(field: "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", .badTransferEncoding),
            Case(field: "Transfer-Encoding: chunked\r\nX: b\r\nTransfer-Encoding:", .badTransferEncoding),
            // Both together, in either order and however harmless the length. RFC 9112, 6.1.
            Case(field: "Transfer-Encoding: chunked\r\nContent-Length: 5", .contentLengthWithTransferEncoding),
            Case(field: "Content-Length: 5\r\nTransfer-Encoding: chunked", .contentLengthWithTransferEncoding),
            Case(field: "Content-Length: 0\r\nTransfer-Encoding: chunked", .contentLengthWithTransferEncoding),
            Case(
                ["POST / HTTP/1.0", "Content-Length: 5", "Transfer-Encoding: chunked"],
                .contentLengthWithTransferEncoding),
            Case(["POST / HTTP/1.0", "Transfer-Encoding: chunked"], .transferEncodingInHTTP10),
            Case(
                ["POST / HTTP/1.0", "Host: a", "Connection: keep-alive", "Transfer-Encoding: chunked"],
                .transferEncodingInHTTP10),
        ]

    static let expectations = [
        "", "100", "continue", "100-continued", "200-ok", "100-continue, x", "100-continue;a", "x",
    ].map {
        Case(field: "Expect: \($0)", .unknownExpectation)
    }

    static let all =
        requestLines + versions + targets + lines + controls + fields + hosts + lengths + codings + expectations

    @Test(arguments: all)
    func `a malformed head is refused`(request: Case) {
        #expect(parse(request.bytes) == .refused(request.refusal))
        // Nothing that follows makes it good.
        #expect(parse(request.bytes + head("GET / HTTP/1.1", "Host: a")) == .refused(request.refusal))
    }

    @Test(arguments: all)
    func `no prefix of a malformed head is complete`(request: Case) {
        var refused = false
        for count in 0...request.bytes.count {
            let parsing = parse(Array(request.bytes.prefix(count)))
            refused = refused || parsing == .refused(request.refusal)
            // Once it is refused, it stays refused.
            #expect(parsing == (refused ? .refused(request.refusal) : Parsing(.needMore)))
        }
        #expect(refused)
    }

    @Test(arguments: all)
    func `a malformed head is refused alike however it is split`(request: Case) {
        for size in [1, 2, 3, 7, 16, 17] {
            #expect(parse(request.bytes, piecesOf: size).parsing == .refused(request.refusal))
        }
    }

    /// Nonsense is refused as soon as its line is whole, not when the time for heads runs out.
    @Test(arguments: [
        ("GET  / HTTP/1.1\r\n", 17), ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 16), ("\n", 1), ("\u{16}\u{3}", 1),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\nX: b\r\n\r\n", 34), ("GET / HTTP/1.1\rH", 16),
        ("GET / HTTP/1.1\r\nX: \u{0}b\r\n\r\n", 20),
    ])
    func `nonsense is refused at once`(text: String, count: Int) {
        let (parsing, seen) = parse(Array(text.utf8), piecesOf: 1)
        #expect(parsing.head == nil && parsing.outcome != .needMore)
        #expect(seen == count)
    }
}
