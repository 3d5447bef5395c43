import BFL
import JSON
import TestSupport
import Testing

/// Limits on error responses that echo the request.
@Suite struct RefusalLimitTests {
    private static func post(_ body: String, fields: String = TestService.key, limit: Int) throws -> Reply {
        let service = TestService {
            $0.bfl.refusalLimit = limit
            $0.bfl.echoLimit = 10
        }
        return try service.post(body, fields: fields)
    }

    /// The error of each missing field echoes the whole body, that of the unknown field only its value.
    @Test func `an error response is echoed whole up to the limit and cut one byte above it`() throws {
        let body = #"{"a":"\#(repeated("x", 5000))"}"#
        let whole = try Self.post(body, limit: 1 << 20)
        let inputs = try whole.json["detail"]!.elements.map { $0["input"]!["a"]?.string?.count }
        #expect(inputs == [5000, 5000, 5000, nil])
        #expect(try Self.post(body, limit: whole.body.count - 1).body.count < 2000)
        #expect(try Self.post(body, limit: whole.body.count).text == whole.text)
    }

    @Test func `a cut error response differs from the whole one only in long strings`() throws {
        let body = #"{"width":1,"height":[true,{"b":null}],"other":"\#(repeated("é", 5000))"}"#
        let reply = try Self.post(body, limit: 5000)
        #expect(reply.status == 422)
        let echo = #"{"width":1,"height":[true,{"b":null}],"other":"ééééé"}"#
        let extra = #"["body","other"],"msg":"Extra inputs are not permitted","input":"ééééé"}"#
        #expect(
            reply.text == """
                {"detail":[{"type":"missing","loc":["body","input_image"],"msg":"Field required","input":\(echo)},\
                {"type":"greater_than_equal","loc":["body","width"],"msg":"Input should be greater than or equal to 64",\
                "input":1,"ctx":{"ge":64}},{"type":"int_type","loc":["body","height"],"msg":"Input should be a valid integer",\
                "input":[true,{"b":null}]},{"type":"extra_forbidden","loc":\(extra)]}
                """)
    }

    /// For every way to make it large, the answer is valid JSON, has the first entry, and exceeds the limit only
    /// slightly. Of many small values it holds as many as fit.
    @Test(
        arguments: [
            (#"{"a":[\#(repeated("1,", 20_000))1]}"#, true),
            (#"{"a":\#(repeated("[", 900))\#(repeated("1,", 20_000))1\#(repeated("]", 900))}"#, true),
            (#"{"a":{\#((0..<5000).map { "\"\($0)\":{}" }.joined(separator: ","))}}"#, true),
            ("{\((0..<5000).map { "\"\($0)\":\"z\"" }.joined(separator: ","))}", true),
            (#"{"a":"\#(repeated(#"\u0001"#, 20_000))"}"#, false), (#"{"\#(repeated(#"\ud800"#, 20_000))":1}"#, true),
            (#"["\#(repeated("x", 50_000))"]"#, false),
        ])
    func `an error response to a large body is valid JSON near the limit`(body: String, isFull: Bool) throws {
        let limit = 20_000
        let reply = try Self.post(body, limit: limit)
        #expect(reply.status == 422)
        let first = try reply.json["detail"]?.elements.first(where: { _ in true })?["type"]?.string
        #expect(first == "missing" || first == "model_attributes_type")
        // The answer may exceed the limit to close open brackets and complete the last entry.
        #expect(reply.body.count < limit + 2000 && reply.body.count > (isFull ? limit - 2000 : 0))
    }

    @Test func `the echo of a body that is not JSON is cut`() throws {
        let body = repeated("é", 50_000)
        let fields = TestService.key + "content-type: text/plain\r\n"
        let whole = try Self.post(body, fields: fields, limit: 1 << 20)
        #expect(try whole.json["detail"]!.elements.map { $0["input"]!.string } == [body])
        let cut = try Self.post(body, fields: fields, limit: 50_000)
        #expect(try cut.json["detail"]!.elements.map { $0["input"]!.string } == ["ééééé"])
    }
}

private func repeated(_ piece: String, _ count: Int) -> String { String(repeating: piece, count: count) }
