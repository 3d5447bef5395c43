import Bytes
import JSON
import Testing

@Suite struct ValueTests {
    @Test func `every kind of value is recognized`() throws {
        let kinds = try root("[null,true,false,1,1.0,NaN,\"\",[],{}]").elements.map(\.kind)
        #expect(kinds == [.null, .bool, .bool, .integer, .float, .float, .string, .array, .object])
    }

    @Test func `accessors return nil for other kinds of values`() throws {
        for text in ["null", "\"1\"", "[1]", "{\"a\":1}", "true"] {
            let value = try root(text)
            #expect(value.integer == nil && value.double == nil)
            #expect(value.bool == (text == "true" ? true : nil))
            #expect(value.isNull == (text == "null"))
            #expect(value.string == (text == "\"1\"" ? "1" : nil))
            #expect(value.count == (text == "[1]" || text == "{\"a\":1}" ? 1 : 0))
        }
        let integer = try root("1")
        #expect(integer["a"] == nil && integer.bytes.equals("1"))
        #expect(Array(integer.elements).isEmpty && Array(integer.members).isEmpty)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("99999999999999999999", nil), ("1.0", nil),
        ] as [(String, Int?)])
    func `integers that fit are read`(text: String, expected: Int?) throws {
        #expect(try root(text).integer == expected)
    }

    @Test func `long integers keep every digit`() throws {
        let digits = repeated("1234567890", 430)
        let value = try root("-\(digits)")
        #expect(value.bytes.text == "-\(digits)")
        #expect(value.double == -.infinity)
        #expect(echo(value) == "-\(digits)")
    }

    @Test(
        arguments: [
            ("1e2", 100), ("640e-1", 64), ("-0.0", -0.0), ("1e400", .infinity), ("-1e400", -.infinity), ("1e-400", 0),
            ("Infinity", .infinity), ("-Infinity", -.infinity), ("7", 7), ("63.9999999999999999999", 64),
        ] as [(String, Double)])
    func `integers and floats are doubles`(text: String, expected: Double) throws {
        let value = try root(text)
        #expect(value.double?.bitPattern == expected.bitPattern)
        #expect(value.isNonFinite == expected.isInfinite)
    }

    @Test func `NaN is a float`() throws {
        let value = try root("NaN")
        #expect(value.double?.isNaN == true && value.isNonFinite)
    }

    @Test func `a float of a million digits is read`() throws {
        let value = try root("0.\(repeated("3", 1_000_000))")
        #expect(value.double == 1.0 / 3)
    }

    @Test(arguments: [
        ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "a\"\\/\u{8}\u{C}\n\r\tz"), ("\"\\u0041\\u00e9\\u20AC\"", "Aé€"),
        ("\"\\ud83d\\ude00\"", "😀"), ("\"é\\u0000😀\"", "é\0😀"), ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"),
    ])
    func `escapes are resolved`(text: String, expected: String) throws {
        let value = try root(text)
        let same = value.bytes.equals(expected.utf8.span)
        #expect(same && value.string == expected && !value.hasLoneSurrogate)
    }

    @Test(arguments: [
        ("\"\\ud800\"", "\u{FFFD}"), ("\"\\ude00\\ud83d\"", "\u{FFFD}\u{FFFD}"),
        ("\"\\ud83d\\ud83d\\ude00\"", "\u{FFFD}😀"), ("\"a\\ud83dé\"", "a\u{FFFD}é"),
        ("\"\\ud83d\\n\"", "\u{FFFD}\n"),
    ])
    func `lone surrogates are kept and reported`(text: String, repaired: String) throws {
        let value = try root(text)
        #expect(value.hasLoneSurrogate && value.string == repaired)
        #expect(echo(value) == "\"\(repaired.replacing("\n", with: "\\n"))\"")
    }

    @Test func `surrogates join as escapes and not as bytes`() throws {
        let bytes: [UInt8] =
            Array("[\"".utf8) + [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80] + Array("\",\"\\ud83d\\ude00\"]".utf8)
        let values = Array(try JSONDocument(parsing: ByteBuffer(bytes.span)).root.elements)
        #expect(values.map(\.hasLoneSurrogate) == [true, false])
        #expect(values.map { $0.bytes.count } == [6, 4])
        #expect(values[0].string == "\u{FFFD}\u{FFFD}")
    }

    @Test func `a string without escapes is a slice of the text`() throws {
        let text = SharedBytes(ByteBuffer("[\"\(repeated("a", 5_000_000))\"]"))
        let document = try JSONDocument(parsing: text)
        let value = try #require(Array(document.root.elements).first)
        let isSlice = unsafe text.bytes.withUnsafeBufferPointer { whole in
            unsafe value.bytes.withUnsafeBufferPointer { unsafe $0.baseAddress == whole.baseAddress! + 2 }
        }
        #expect(isSlice && value.bytes.count == 5_000_000)
    }

    @Test func `children come in order`() throws {
        let value = try root("{\"b\":[1,[2,[3]],{\"x\":{}},4],\"a\":{\"c\":5},\"\":6}")
        #expect(value.members.map { $0.key.string } == ["b", "a", ""])
        #expect(value.members.map { echo($0.value) } == ["[1,[2,[3]],{\"x\":{}},4]", "{\"c\":5}", "6"])
        let inner = try #require(value["b"])
        #expect(inner.elements.map { echo($0) } == ["1", "[2,[3]]", "{\"x\":{}}", "4"])
        #expect(value.count == 3 && inner.count == 4)
        #expect(value["a"]?["c"]?.integer == 5 && value[""]?.integer == 6 && value["c"] == nil)
        #expect(value["a".utf8.span]?.count == 1)
    }
}
