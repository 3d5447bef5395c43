import Bytes
import TestSupport

@testable import HTTP

/// Everything that is known of a parsed head, as plain values. Its defaults are those of the plainest request.
struct ParsedHead: Equatable {
    var method = Method.get
    var methodName = "GET"
    var target = "/"
    var path = "/"
    var query: String?
    var authority: String? = "a"
    var minorVersion: UInt8 = 1
    var fields = ["Host: a"]
    var contentLength: Int?
    var isChunked = false
    var keepsAlive = true
    var expectsContinue = false
    var asksUpgrade = false
}

extension ParsedHead {
    init(_ head: borrowing RequestHead, in bytes: Span<UInt8>) {
        method = head.method
        methodName = bytes.extracting(head.methodName.range).text
        target = bytes.extracting(head.target.range).text
        path = bytes.extracting(head.path.range).text
        if let slice = head.query { query = bytes.extracting(slice.range).text } else { query = nil }
        if let slice = head.authority { authority = bytes.extracting(slice.range).text } else { authority = nil }
        minorVersion = head.minorVersion
        fields = []
        for index in head.fields.indices {
            let field = head.fields[index]
            fields.append(
                "\(bytes.extracting(field.name.range).text): \(bytes.extracting(field.value.range).text)")
        }
        contentLength = head.contentLength
        isChunked = head.isChunked
        keepsAlive = head.keepsAlive
        expectsContinue = head.expectsContinue
        asksUpgrade = head.asksUpgrade
    }
}

/// What the parser says of bytes, and what it has read if they are whole.
struct Parsing: Equatable {
    var outcome: RequestParser.Outcome
    var head: ParsedHead?

    init(_ outcome: RequestParser.Outcome, _ head: ParsedHead? = nil) {
        self.outcome = outcome
        self.head = head
    }

    static func refused(_ refusal: Refusal) -> Parsing { Parsing(.malformed(refusal)) }
}

/// Parses bytes that came in one piece and end where memory ends.
func parse(_ bytes: [UInt8], limits: Limits = Limits()) -> Parsing {
    var parser = RequestParser()
    return parse(bytes, with: &parser, limits: limits)
}

/// The same with a parser that has been used before, or for a longer prefix.
func parse(_ bytes: [UInt8], with parser: inout RequestParser, limits: Limits = Limits()) -> Parsing {
    atPageEnd(bytes) { bytes in
        let outcome = parser.parse(bytes, limits: limits)
        guard case .complete = outcome else { return Parsing(outcome) }
        return Parsing(outcome, ParsedHead(parser.head, in: bytes))
    }
}

/// Parses bytes that come in pieces of `size`, and says how many had come when the outcome was clear.
func parse(_ bytes: [UInt8], piecesOf size: Int, limits: Limits = Limits()) -> (parsing: Parsing, count: Int) {
    var parser = RequestParser()
    var count = 0
    while true {
        count = min(count + size, bytes.count)
        let parsing = parse(Array(bytes.prefix(count)), with: &parser, limits: limits)
        if parsing.outcome != .needMore || count == bytes.count { return (parsing, count) }
    }
}

/// A head of these lines, with the empty line behind them.
func head(_ lines: [String]) -> [UInt8] {
    Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
}

func head(_ lines: String...) -> [UInt8] { head(lines) }
