import Bytes
import TestSupport
import Testing

@testable import HTTP

/// How long a head may be, and what a slow one costs.
@Suite struct RequestParserLimitTests {
    private static func limits(line: Int = 8 << 10, bytes: Int = 64 << 10, count: Int = 100) -> Limits {
        var limits = Limits()
        limits.requestLine = line
        limits.fieldBytes = bytes
        limits.fieldCount = count
        return limits
    }

    private static func line(_ length: Int) -> String {
        let around = "GET / HTTP/1.1".utf8.count
        return "GET /\(String(repeating: "a", count: length - around)) HTTP/1.1"
    }

    @Test(arguments: [20, 21, 31, 32, 33, 100, 8192])
    func `a request line up to the limit is accepted and one byte more is refused`(limit: Int) {
        let limits = Self.limits(line: limit)
        let fits = head(Self.line(limit), "Host: a")
        #expect(parse(fits, limits: limits).outcome == .complete(fits.count))
        #expect(parse(fits, piecesOf: 1, limits: limits).parsing.outcome == .complete(fits.count))
        let past = head(Self.line(limit + 1), "Host: a")
        #expect(parse(past, limits: limits) == .refused(.requestLineTooLong))
        // Told without waiting for its end.
        let (parsing, count) = parse(past, piecesOf: 1, limits: limits)
        #expect(parsing == .refused(.requestLineTooLong))
        #expect(count == limit + 1)
        #expect(
            parse(Array(repeating: UInt8(ascii: "A"), count: limit + 1), limits: limits)
                == .refused(.requestLineTooLong))
        #expect(parse(Array(repeating: UInt8(ascii: "A"), count: limit), limits: limits) == Parsing(.needMore))
    }

    /// The bytes of fields are those of their lines with their ends, without the empty line behind them.
    @Test(arguments: [19, 20, 32, 100, 65_536])
    func `fields up to the limit are accepted and one byte more is refused`(limit: Int) {
        let limits = Self.limits(bytes: limit)
        func request(_ bytes: Int) -> [UInt8] {
            head("GET / HTTP/1.1", "Host: a", "X:\(String(repeating: "b", count: bytes - 9 - 4))")
        }
        let fits = request(limit)
        #expect(parse(fits, limits: limits).outcome == .complete(fits.count))
        #expect(parse(fits, piecesOf: 13, limits: limits).parsing.outcome == .complete(fits.count))
        #expect(parse(request(limit + 1), limits: limits) == .refused(.fieldsTooLarge))
        #expect(parse(request(limit + 1), piecesOf: 13, limits: limits).parsing == .refused(.fieldsTooLarge))
        // Told without waiting for the end of a line, too.
        let endless = Array("GET / HTTP/1.1\r\n".utf8) + Array(repeating: UInt8(ascii: "A"), count: limit + 1)
        #expect(parse(endless, limits: limits) == .refused(.fieldsTooLarge))
        #expect(parse(endless.dropLast(), limits: limits) == Parsing(.needMore))
    }

    @Test func `many small fields count together`() {
        let limits = Self.limits(bytes: 50)
        // Five times ten bytes.
        let lines = ["GET / HTTP/1.1", "Host: ab"] + Array(repeating: "X: 12345", count: 4)
        #expect(parse(head(lines), limits: limits).outcome == .complete(head(lines).count))
        #expect(parse(head(lines + ["Y:"]), limits: limits) == .refused(.fieldsTooLarge))
    }

    @Test(arguments: [1, 2, 100])
    func `as many fields as the limit are accepted and one more is refused`(limit: Int) {
        let limits = Self.limits(count: limit)
        let lines = ["GET / HTTP/1.1", "Host: a"] + (1..<limit).map { "X\($0): b" }
        let parsing = parse(head(lines), limits: limits)
        #expect(parsing.head?.fields.count == limit)
        #expect(parse(head(lines + ["Y: c"]), limits: limits) == .refused(.tooManyFields))
    }

    @Test func `the limits of the request line and of the fields are separate`() {
        let limits = Self.limits(line: 20, bytes: 30)
        let fits = head(Self.line(20), "Host: a", "X: 3456789012345678")
        #expect(parse(fits, limits: limits).outcome == .complete(fits.count))
    }

    // MARK: - Linear work

    /// Bytes of lines that have been judged, and bytes of an unfinished line, are made unreadable as soon as they have been
    /// seen once: a parser that looked at them again with each byte that comes would crash here.
    @Test(arguments: [
        // A request line of two pages.
        head(line(8192), "Host: a"),
        // One field of sixteen pages.
        head("GET / HTTP/1.1", "Host: a", "X: \(String(repeating: "b", count: 65_000))"),
        // Many fields.
        head(["GET / HTTP/1.1", "Host: a"] + (0..<99).map { "X\($0): \(String(repeating: "b", count: 650))" }),
    ])
    func `each byte is examined once for a client that sends one at a time`(request: [UInt8]) {
        let bytes = FadingBytes(request)
        var parser = RequestParser()
        var outcome = RequestParser.Outcome.needMore
        for count in 1...request.count {
            // The end of a line has its line read whole, once.
            let endsLine = request[count - 1] == UInt8(ascii: "\n")
            if endsLine { bytes.restore() } else { bytes.fade(before: count - 1) }
            outcome = bytes.prefix(count) { parser.parse($0, limits: Limits()) }
            guard outcome == .needMore else { break }
        }
        #expect(outcome == .complete(request.count))
    }

    @Test func `lines that were parsed are not read again`() {
        let lines = ["GET / HTTP/1.1", "Host: a"] + (0..<99).map { "X\($0): \(String(repeating: "b", count: 500))" }
        let request = head(lines)
        let bytes = FadingBytes(request)
        var parser = RequestParser()
        var lineStart = 0
        for count in 1...request.count {
            bytes.fade(before: lineStart)
            let outcome = bytes.prefix(count) { parser.parse($0, limits: Limits()) }
            #expect(outcome == (count == request.count ? .complete(count) : .needMore))
            if request[count - 1] == UInt8(ascii: "\n") { lineStart = count }
        }
    }
}
