import Bytes
import JSON
import Testing

@Suite struct WriterTests {
    @Test func `the writer places commas`() throws {
        let document = try root("{\"x\":[1]}")
        var writer = JSONWriter(appendingTo: ByteBuffer("data: "))
        writer.object { writer in
            writer.key("id")
            writer.string(String("a\"b"))
            writer.key(String("list"))
            writer.array { writer in
                writer.integer(-7)
                writer.double(1.5)
                writer.bool(true)
                writer.null()
                writer.array { _ in }
                writer.object { _ in }
                writer.echo(document)
                writer.verbatim("{}".utf8.span)
            }
            writer.key("k\u{E9}".utf8.span)
            writer.beginObject()
            writer.key("nan")
            writer.double(.nan)
            writer.endObject()
        }
        let text = writer.finish().bytes.text
        #expect(text == #"data: {"id":"a\"b","list":[-7,1.5,true,null,[],{},{"x":[1]},{}],"ké":{"nan":null}}"#)
    }

    @Test func `only characters that must be escaped are escaped`() {
        let text = String(String.UnicodeScalarView((0...0x80).map { Unicode.Scalar($0)! })) + "/\u{2028}é😀"
        var writer = JSONWriter()
        writer.string(text)
        let written = writer.finish().bytes.text
        let low = (0..<0x20).map { code in
            switch code {
            case 8: "\\b"
            case 9: "\\t"
            case 10: "\\n"
            case 12: "\\f"
            case 13: "\\r"
            default: "\\u00" + (code < 16 ? "0" : "") + String(code, radix: 16)
            }
        }
        let rest = String(String.UnicodeScalarView((0x20...0x80).map { Unicode.Scalar($0)! }))
            .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        #expect(written == "\"\(low.joined())\(rest)/\u{2028}é😀\"")
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"), ([0xC3], "\u{FFFD}"), ([0xF0, 0x9F, 0x98, 0x61], "\u{FFFD}a"),
            ([0xED, 0xA0, 0x80, 0xC3, 0xA9], "\u{FFFD}é"), ([0xC3, 0xA9, 0xC0, 0x80], "é\u{FFFD}\u{FFFD}"),
            ([0xE4, 0xB8, 0x22], "\u{FFFD}\\\""),
        ] as [([UInt8], String)])
    func `invalid UTF-8 is replaced`(bytes: [UInt8], expected: String) {
        var writer = JSONWriter()
        writer.string(bytes.span)
        let written = writer.finish().bytes.text
        #expect(written == "\"\(expected)\"")
    }

    @Test(arguments: [
        ("-0", "0"), ("-0.0", "-0.0"), ("1e2", "100.0"), ("1E400", "null"), ("-Infinity", "null"), ("NaN", "null"),
        ("1e15", "1000000000000000.0"), ("1e16", "1e+16"), ("123e14", "1.23e+16"), ("0.0001", "0.0001"),
        ("0.00001", "1e-05"), ("1.25e-7", "1.25e-07"), ("1e100", "1e+100"),
        ("9007199254740993.0", "9007199254740992.0"),
        ("640e-1", "64.0"), ("0e5", "0.0"), ("-1.5", "-1.5"), ("5e-324", "5e-324"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("\"\\u0041\\/\\u001F\\u007f\"", "\"A/\\u001f\u{7F}\""), (" [ 1 , { \"a\" : [ ] } ] ", "[1,{\"a\":[]}]"),
    ])
    func `an echo is compact and exact`(text: String, expected: String) {
        #expect(outcome(text) == .value(expected))
    }

    @Test(arguments: [
        ("{\"_sa\":1,\"_sa_x\":2,\"sa\":3,\"_s\":4}", "{\"sa\":3,\"_s\":4}"), ("{\"_sa\":1}", "{}"),
        ("[{\"a\":{\"b\":[{\"_sab\":{\"c\":1}}]},\"_sa\":[[1]]},\"_sa\"]", "[{\"a\":{\"b\":[{}]}},\"_sa\"]"),
        ("{\"\\u005fsa\":1,\"b\":2}", "{\"b\":2}"), ("{\"_sa\":1,\"a\":1,\"_sa\":2}", "{\"a\":1}"),
    ])
    func `keys with the prefix are left out at any depth`(text: String, expected: String) throws {
        #expect(echo(try root(text), omitting: "_sa") == expected)
        #expect(outcome(text) != .value(expected))
    }

    @Test(arguments: [(Double.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")])
    func `infinities and NaN are written as in Python`(value: Double, expected: String) {
        var buffer = ByteBuffer()
        buffer.append(shortest: value)
        let written = buffer.bytes.text
        #expect(written == expected)
    }

    // MARK: - Bounds of an echo

    @Test func `texts are cut between characters`() throws {
        let text = #"{"aéb":["aéb","\u00e9\ud83d\ude00",12345]}"#
        #expect(try echo(root(text), EchoBounds(text: 2)) == #"{"aéb":["a","é",12345]}"#)
        #expect(try echo(root(text), EchoBounds(text: 3)) == #"{"aéb":["aé","é",12345]}"#)
        #expect(try echo(root(text), EchoBounds(text: 6)) == #"{"aéb":["aéb","é😀",12345]}"#)
        #expect(try echo(root(text), EchoBounds(text: 0)) == #"{"aéb":["","",12345]}"#)
    }

    /// Every limit gives valid JSON, which grows with the limit up to the whole.
    @Test func `a truncated echo is well-formed wherever it ends`() throws {
        let text = #"{"aé😀\n\u0001":["a\"b\\cé",[[{}],1.5,null],{"b":{"c":true}}],"d":"\ud800x"}"#
        let whole = try echo(root(text), EchoBounds())
        var last = 0
        for end in 0...whole.utf8.count {
            let part = try echo(root(text), EchoBounds(end: end))
            #expect(throws: Never.self) { try root(part) }
            // What is open is closed, and an escape or a character may be under way.
            #expect(part.utf8.count <= end + 12 && part.utf8.count >= last)
            #expect((part == whole) == (end >= whole.utf8.count - 2), "\(end): \(part)")
            last = part.utf8.count
        }
    }
}
