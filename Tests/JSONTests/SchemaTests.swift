import Bytes
import JSON
import Testing

/// How values are read with pydantic's liberties.
@Suite struct SchemaTests {
    private static func read<Value>(_ kind: FieldKind<Value>, _ text: String) throws -> Result<Value, Mismatch> {
        let value = try root(text)
        return Result { () throws(Mismatch) in try kind.read(value) }
    }

    @Test(arguments: [
        ("64", 64), ("-0", 0), ("true", 1), ("false", 0), ("64.0", 64), ("1e2", 100), ("-640e-1", -64),
        ("9223372036854774784.0", 9_223_372_036_854_774_784), ("9223372036854775808", .max),
        ("-99999999999999999999", .min),
        (#"" 64 ""#, 64), (#""\u00a064\u2028""#, 64), (#""+64""#, 64), (#""0064""#, 64), (#""6_4""#, 64),
        (#""64.000""#, 64), (#""6_4.0""#, 64), (#""0__64""#, 64), (#""0-64""#, -64), (#""0_-64""#, -64),
        (#""0-_64""#, -64), (#""0""#, 0), (#""00""#, 0), (#""0.0""#, 0), (#""-0""#, 0), (#""-7""#, -7),
        (#""9223372036854775808""#, .max), (#""-9223372036854775809""#, .min), (#""100000000000000000000""#, .max),
    ])
    func `integers are read`(text: String, integer: Int) throws {
        #expect(try Self.read(.integer(), text) == .success(integer))
    }

    @Test(arguments: [
        ("null", Mismatch.notAnInteger), ("[]", .notAnInteger), ("{}", .notAnInteger), ("63.5", .fraction),
        ("NaN", .notFinite), ("-Infinity", .notFinite), ("1e400", .notFinite),
        ("9223372036854775808.0", .oversizedInteger),
        ("-9223372036854775808.0", .oversizedInteger), ("1e19", .oversizedInteger),
        (#""""#, .unreadableInteger), (#"" ""#, .unreadableInteger), (#""64.""#, .unreadableInteger),
        (#"".0""#, .unreadableInteger), (#""64.5""#, .unreadableInteger), (#""1e2""#, .unreadableInteger),
        (#""0x40""#, .unreadableInteger), (#""6__4""#, .unreadableInteger), (#""_64""#, .unreadableInteger),
        (#""64_""#, .unreadableInteger), (#""-_64""#, .unreadableInteger), (#""- 64""#, .unreadableInteger),
        (#""+-64""#, .unreadableInteger), (#""0-064""#, .unreadableInteger), (#""-0-64""#, .unreadableInteger),
        (#""true""#, .unreadableInteger), (#""\u0661""#, .unreadableInteger), (#""\u200b64""#, .unreadableInteger),
        (#""\u001c64""#, .unreadableInteger), (#""-""#, .unreadableInteger), (#""1.0.0""#, .unreadableInteger),
    ])
    func `each kind of value that is no integer has its own finding`(text: String, mismatch: Mismatch) throws {
        #expect(try Self.read(.integer(), text) == .failure(mismatch))
    }

    /// Too many digits refuse a plain number, but not a text that is cleaned first.
    @Test(arguments: [
        ("", 4300, "", nil), ("", 4301, "", Mismatch.oversizedInteger), ("-", 4300, "", nil),
        ("-", 4301, "", .oversizedInteger), ("", 4301, "x", .oversizedInteger), ("", 4301, ".0", .oversizedInteger),
        ("", 4300, "x", .unreadableInteger), ("+", 4301, "", .unreadableInteger), ("0", 4301, "", .unreadableInteger),
        (" ", 4301, "", .unreadableInteger), ("", 4300, "_1", .unreadableInteger), ("0000", 4300, "", nil),
    ])
    func `the digits of an integer are limited`(before: String, count: Int, after: String, mismatch: Mismatch?) throws {
        let text = "\"\(before)\(repeated("7", count))\(after)\""
        let value: Int = before.hasPrefix("-") ? .min : .max
        #expect(try Self.read(.integer(), text) == mismatch.map { .failure($0) } ?? .success(value))
    }

    @Test(arguments: [
        ("64", nil), ("63", Mismatch.below(64)), ("true", .below(64)), ("129", .above(128)), ("63.5", .fraction),
    ])
    func `bounds are checked after the type`(text: String, mismatch: Mismatch?) throws {
        #expect(
            try Self.read(.integer(atLeast: 64, atMost: 128), text) == mismatch.map { .failure($0) } ?? .success(64))
    }

    @Test(arguments: [
        ("true", true), ("1", true), ("1.0", true), (#""1""#, true), (#""t""#, true), (#""YES""#, true),
        (#""y""#, true),
        (#""oN""#, true), ("false", false), ("0", false), ("-0.0", false), (#""0""#, false), (#""F""#, false),
        (#""no""#, false), (#""n""#, false), (#""off""#, false), (#""False""#, false),
    ])
    func `Booleans are read`(text: String, boolean: Bool) throws {
        #expect(try Self.read(.boolean, text) == .success(boolean))
    }

    @Test(arguments: [
        ("2", Mismatch.unreadableBoolean), ("-1", .unreadableBoolean), ("2.0", .unreadableBoolean),
        ("9223372036854775807", .unreadableBoolean), (#""""#, .unreadableBoolean), (#"" true""#, .unreadableBoolean),
        (#""1.0""#, .unreadableBoolean), ("9223372036854775808", .notABoolean), ("9223372036854775808.0", .notABoolean),
        ("0.5", .notABoolean), ("NaN", .notABoolean), ("null", .notABoolean), ("[]", .notABoolean),
        ("{}", .notABoolean),
    ])
    func `each kind of value that is no Boolean has its own finding`(text: String, mismatch: Mismatch) throws {
        #expect(try Self.read(.boolean, text) == .failure(mismatch))
    }

    private enum Color: String, CaseIterable, Sendable { case red, green }

    @Test(arguments: [#""Red""#, #""red ""#, #""""#, "1", "true", "null", "[]", #"["red"]"#])
    func `a choice matches exactly`(text: String) throws {
        #expect(try Self.read(FieldKind<Color>.literal, text) == .failure(.noLiteralOf(["red", "green"])))
        #expect(try Self.read(FieldKind<Color>.choice("Color"), text) == .failure(.noneOf(["red", "green"])))
        #expect(try Self.read(FieldKind<Color>.literal, #""r\u0065d""#) == .success(.red))
    }

    @Test func `only optional fields accept null`() throws {
        #expect(try Self.read(.optional(.integer()), "null") == .success(nil))
        #expect(try Self.read(.optional(.integer()), #""7""#) == .success(7))
        #expect(try Self.read(.optional(.integer(atLeast: 8)), "7") == .failure(.below(8)))
    }

    // MARK: - Objects

    private struct Model {
        var size = 0
        var name: String?
        var wide = false
        var nameValue: JSONValue? { didSet { name = nameValue?.string } }
    }

    private static let schema = Schema<Model>(
        "Model",
        [
            Field("size", \.size, .integer(atLeast: 1)),
            Field("name", \.nameValue, .optional(.text), standard: nil),
            Field("wide", \.wide, .boolean, standard: true),
        ])

    private static func findings(_ text: String, limit: Int = .max) throws -> [String] {
        var model = Model()
        return try schema.read(root(text), into: &model, limit: limit).map { finding in
            let place =
                switch finding.place {
                case .whole: ""
                case .field(let name): "\(name)"
                case .other(let key): "other \(key.string!)"
                }
            return "\(place): \(finding.mismatch) \(echo(finding.value))"
        }
    }

    @Test func `a valid object is read`() throws {
        var model = Model()
        let findings = Self.schema.read(try root(#"{"name":"a","size":"2"}"#), into: &model)
        #expect(findings.isEmpty)
        #expect(model.size == 2 && model.name == "a" && model.wide)
    }

    @Test func `findings follow the order of the fields, then of the text`() throws {
        #expect(
            try Self.findings(#"{"z":1,"wide":3,"a":[2],"size":0,"z":4}"#) == [
                "size: below(1) 0", "wide: unreadableBoolean 3", "other z: unknown 4", "other a: unknown [2]",
            ])
        #expect(try Self.findings(#"{"a":1}"#) == [#"size: missing {"a":1}"#, "other a: unknown 1"])
        #expect(try Self.findings("[1]") == [": notAnObject [1]"])
    }

    @Test func `findings end at their limit`() throws {
        #expect(
            try Self.findings(#"{"a":1,"b":2,"c":3}"#, limit: 2) == [
                #"size: missing {"a":1,"b":2,"c":3}"#, "other a: unknown 1",
            ])
    }

    @Test func `a schema is described as it checks`() throws {
        var writer = JSONWriter()
        writer.schema(Self.schema.shape)
        #expect(
            writer.finish().bytes.text == """
                {"properties":{"size":{"type":"integer","minimum":1,"title":"Size"},\
                "name":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Name"},\
                "wide":{"type":"boolean","title":"Wide","default":true}},\
                "additionalProperties":false,"type":"object","required":["size"],"title":"Model"}
                """)
    }
}
