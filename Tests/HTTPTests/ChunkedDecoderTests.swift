import Bytes
import TestSupport
import Testing

@testable import HTTP

@Suite struct ChunkedDecoderTests {
    /// What became of a body: its bytes, and how it ended.
    struct Decoded: Equatable, CustomStringConvertible {
        enum End: Equatable { case whole(Int), incomplete, refused(Refusal) }
        var body = ""
        var end = End.incomplete

        var description: String { "\(body.debugDescription) \(end)" }
    }

    /// Decodes bytes that come in pieces of these sizes, the rest as one, each ending where memory ends.
    static func decode(_ bytes: [UInt8], pieces: [Int] = [], trailerLimit: Int = 1000) -> Decoded {
        var decoder = ChunkedDecoder(trailerLimit: trailerLimit)
        var decoded = Decoded()
        var body: [UInt8] = []
        var start = 0
        for size in pieces + [bytes.count] where decoded.end == .incomplete {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            atPageEnd(piece) { piece in
                var at = 0
                while decoded.end == .incomplete {
                    switch decoder.next(piece, from: at) {
                    case .body(let range):
                        precondition(range.lowerBound >= at && range.upperBound <= piece.count && !range.isEmpty)
                        for index in range { body.append(piece[index]) }
                        at = range.upperBound
                    case .needMore: return
                    case .end(let end): decoded.end = .whole(start + end)
                    case .malformed(let refusal): decoded.end = .refused(refusal)
                    }
                }
            }
            start += piece.count
        }
        decoded.body = String(decoding: body, as: UTF8.self)
        return decoded
    }

    static func decode(_ text: String, pieces: [Int] = [], trailerLimit: Int = 1000) -> Decoded {
        decode(Array(text.utf8), pieces: pieces, trailerLimit: trailerLimit)
    }

    static let sound = [
        ("0\r\n\r\n", ""),
        ("3\r\nabc\r\n0\r\n\r\n", "abc"),
        ("3\r\nabc\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n", "abcdef"),
        // Framing inside of chunks is body.
        ("7\r\n0\r\n\r\n\n\r\r\n0\r\n\r\n", "0\r\n\r\n\n\r"),
        ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("0000000000000003\r\nabc\r\n0000000000000000\r\n\r\n", "abc"),
        // Extensions are passed over. RFC 9112, 7.1.1.
        ("3;\r\nabc\r\n0\r\n\r\n", "abc"),
        ("3;a\r\nabc\r\n0;b=c\r\n\r\n", "abc"),
        ("3;a=\"b;c\\\"\" ; d\t= \u{E4}\r\nabc\r\n0\r\n\r\n", "abc"),
        ("0;\(String(repeating: "a", count: 256))\r\n\r\n", ""),
        ("1;\(String(repeating: "a", count: 128))\r\nx\r\n0;\(String(repeating: "a", count: 128))\r\n\r\n", "x"),
        // Trailers are passed over, as long as they say nothing about the message itself. RFC 9110, 6.5.
        ("3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n", "abc"),
        ("0\r\nX:\r\nY: \t b\u{E4}\t\r\nx-content-length: 1\r\nDigest: a=b\r\n\r\n", ""),
        ("0\r\n!#$%&'*+-.^_`|~09aZ: b\r\n\r\n", ""),
        ("0\r\n\(String(repeating: "a", count: 64)): b\r\n\r\n", ""),
    ]

    @Test(arguments: sound)
    func `a well-formed body is decoded`(text: String, body: String) {
        let count = text.utf8.count
        #expect(Self.decode(text) == Decoded(body: body, end: .whole(count)))
        // What follows belongs to the next request.
        #expect(Self.decode(text + "GET /") == Decoded(body: body, end: .whole(count)))
    }

    @Test(arguments: sound)
    func `a body is decoded the same however it is split`(text: String, body: String) {
        let bytes = Array((text + "G").utf8)
        let expected = Decoded(body: body, end: .whole(text.utf8.count))
        #expect(Self.decode(bytes, pieces: Array(repeating: 1, count: bytes.count)) == expected)
        for first in 0..<bytes.count {
            #expect(Self.decode(bytes, pieces: [first]) == expected)
            #expect(Self.decode(bytes, pieces: [first, 1]) == expected)
            #expect(Self.decode(bytes, pieces: [first, 2]) == expected)
        }
    }

    @Test(arguments: sound)
    func `every prefix of a body needs more input`(text: String, body: String) {
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            let decoded = Self.decode(Array(bytes.prefix(count)))
            #expect(decoded.end == .incomplete)
            #expect(body.utf8.starts(with: decoded.body.utf8))
        }
    }

    static let malformed: [(String, Refusal)] =
        [
            "\r\n", "\n", " 3\r\n", "3 \r\n", "3\t\r\n", "\t3\r\n", "+3\r\n", "-3\r\n", "-0\r\n", "0x3\r\n", "x\r\n",
            "g\r\n",
            "3g\r\n", "3 ;a\r\n", "3,3\r\n", "3.0\r\n", ";a\r\n", "\"3\"\r\n", "3_0\r\n", "３\r\n", "\0\r\n", "3\0\r\n",
            // Seventeen digits, sixteen that are too much, and what wraps around to three.
            "00000000000000003\r\n", "00000000000000000\r\n", "8000000000000000\r\n", "ffffffffffffffff\r\n",
            "F000000000000003\r\n", "10000000000000003\r\n",
            // Ends of lines.
            "3\n", "3\rabc", "3\r\r\n", "3;a\n", "3;a\rb\r\n", "3;a\r\r\n", "3;\0\r\n", "3;\u{7F}\r\n", "3;a\u{1}\r\n",
            "3\r\nabc\r\n\r\n", "3\r\nabc\r\n \r\n",
            // Extensions longer than anybody needs, at once or together.
            "0;\(String(repeating: "a", count: 257))\r\n",
            "1;\(String(repeating: "a", count: 128))\r\nx\r\n0;\(String(repeating: "a", count: 129))\r\n",
        ].map { ($0, .badChunkSize) }
        + [
            "3\r\nabcd\r\n", "3\r\nabc\n", "3\r\nabc\r0", "3\r\nabc\r\r\n", "3\r\nabc0\r\n\r\n", "1\r\n\r\n\r0\r\n",
            "3\r\nabc ",
        ].map { ($0, .badChunkEnd) }
        + [
            "0\r\n\n", "0\r\n\r\r", "0\r\n\rX", "0\r\nX: a\n\r\n", "0\r\nX: a\rb\r\n", "0\r\nX: a\r\n\n",
            "0\r\nX\r\n\r\n",
            "0\r\nX : a\r\n", "0\r\n X: a\r\n", "0\r\nX: a\r\n b\r\n", "0\r\nX: a\r\n\tb\r\n", "0\r\n: a\r\n",
            "0\r\nX\0: a\r\n",
            "0\r\nX: \0\r\n", "0\r\nX: \u{7F}\r\n", "0\r\nX: \u{1}\r\n", "0\r\n(X): a\r\n", "0\r\nXé: a\r\n",
            "0\r\n\(String(repeating: "a", count: 65)): b\r\n", "0\r\nGET / HTTP/1.1\r\n",
        ].map { ($0, .badTrailer) }
        // RFC 9110, 6.5.1: what frames, routes, authorises or describes the message.
        + [
            "Transfer-Encoding", "content-length", "HOST", "Trailer", "TE", "Connection", "Keep-Alive", "Upgrade",
            "Expect",
            "Max-Forwards", "Cache-Control", "Authorization", "Proxy-Authorization", "Proxy-Authenticate",
            "WWW-Authenticate", "Cookie", "Set-Cookie", "Content-Encoding", "Content-Type", "Content-Range", "Range",
            "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "X-API-Key",
            "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded",
        ].flatMap { [("0\r\n\($0): a\r\n\r\n", .badTrailer), ("0\r\nX: a\r\n\($0):\r\n\r\n", .badTrailer)] }

    @Test(arguments: malformed)
    func `a malformed body is refused however it is split`(text: String, refusal: Refusal) {
        let bytes = Array(text.utf8)
        let whole = Self.decode(bytes)
        #expect(whole.end == .refused(refusal))
        #expect(Self.decode(bytes, pieces: Array(repeating: 1, count: bytes.count)) == whole)
        for first in 0..<bytes.count { #expect(Self.decode(bytes, pieces: [first, 1]) == whole) }
        for count in 0..<bytes.count {
            if case .whole = Self.decode(Array(bytes.prefix(count))).end {
                Issue.record("a prefix of \(count) is whole")
            }
        }
        #expect(Self.decode("2\r\nok\r\n" + text).end == .refused(refusal))
    }

    @Test func `the largest chunk size is accepted`() {
        let decoded = Self.decode("7fffffffffffffff\r\nabc")
        #expect(decoded == Decoded(body: "abc", end: .incomplete))
    }

    /// The bytes of trailers are those of their lines with their ends, without the empty line behind them.
    @Test(arguments: [("X: abc\r\n", 8), ("X: a\r\nY: b\r\n", 12), ("", 0)])
    func `trailers up to the limit are accepted and one byte more is refused`(lines: String, count: Int) {
        let text = "0\r\n\(lines)\r\n"
        #expect(Self.decode(text, trailerLimit: count).end == .whole(text.utf8.count))
        guard count > 0 else { return }
        #expect(Self.decode(text, trailerLimit: count - 1).end == .refused(.fieldsTooLarge))
        // Told without waiting for its end.
        #expect(Self.decode("0\r\nX: abcdefghijklmn", trailerLimit: count).end == .refused(.fieldsTooLarge))
    }

    @Test func `a chunk is passed on in one piece`() {
        var decoder = ChunkedDecoder(trailerLimit: 10)
        let step = decoder.next(Array("5\r\nabcde\r\n".utf8).span, from: 0)
        #expect(step == .body(3..<8))
        let rest = decoder.next(Array("5\r\nabcde\r\n".utf8).span, from: 8)
        #expect(rest == .needMore)
    }
}
