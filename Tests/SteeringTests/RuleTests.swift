import Bytes
import JSON
import Tasks
import Testing
import Time

@testable import Steering

@Suite struct RuleTests {
    private func rules(_ text: String) throws -> [Rule] {
        try Rule.list(JSONDocument(parsing: ByteBuffer(text)).root)
    }

    @Test(arguments: [
        #"{"on":"submit","key":"ci-7","life":"pending*3, lost","times":1,"skip":1}"#,
        #"{"on":"poll","answer":{"status":503,"retry_after":2},"chance":0.1}"#,
        #"{"on":"download","fault":{"cut":"0.6"},"times":1}"#,
        #"{"on":"webhook","fault":{"delay":"5s","repeat":"2","order":"last-first"},"times":1}"#,
        #"{"on":"any","path":"/v1/*","fault":{"delay":"lognormal(300ms,0.5)","rate":"65536"},"every":3,"times":9,"ttl":"10m"}"#,
        #"{"on":"poll","answer":{"status":418,"body":"x","fields":{"x-a":"b"}},"times":1}"#,
    ])
    func `a rule is shown as it was read`(text: String) throws {
        let rule = try #require(try rules(text).first)
        var writer = JSONWriter()
        writer.object { $0.members(of: rule) }
        let shown = writer.finish().bytes.text
        // The order of members is that of the documents.
        #expect(try rules(shown) == [rule])
        #expect(shown.utf8.count == text.utf8.count, "\(shown)")
    }

    @Test func `numbers, true and short forms are taken`() throws {
        let all = try rules(
            #"[{"on":"poll","answer":503},{"on":"download","fault":"reset"},{"on":"download","fault":{"cut":0.6,"rate":"64KiB"}},{"on":"download","fault":{"hang":true,"empty":false,"reset":100}}]"#
        )
        #expect(all.map(\.times) == [1, 1, 1, 1])
        #expect(all[0].answer?.status == 503 && all[1].fault?.reset == .before)
        #expect(all[2].fault?.cut == .share(0.6) && all[2].fault?.rate == 65_536)
        #expect(all[3].fault?.hangs == true && all[3].fault?.isEmpty == false && all[3].fault?.reset == .after(100))
    }

    @Test(arguments: [
        (#"[{"on":"poll","answer":503},{"on":"pol"}]"#, "/1/on", "did you mean 'poll'?"),
        (#"{"answer":503}"#, "", "a member 'on'"), (#"{"on":"poll"}"#, "", "'life', 'answer' or 'fault'"),
        (#"{"on":"poll","anser":503}"#, "/anser", "did you mean 'answer'?"),
        (#"{"on":"poll","life":"ready"}"#, "/life", "submitted"),
        (#"{"on":"submit","life":"pending, redy"}"#, "/life", "at character 9"),
        (#"{"on":"poll","answer":99}"#, "/answer", "from 200 to 599"),
        (#"{"on":"poll","answer":{"status":503,"retry_after":-1}}"#, "/answer/retry_after", "whole number"),
        (#"{"on":"poll","answer":{"stats":503}}"#, "/answer/stats", "did you mean 'status'?"),
        (
            #"{"on":"poll","answer":{"status":503,"fields":{"content-length":"3"}}}"#, "/answer/fields/content-length",
            "framing"
        ),
        (#"{"on":"poll","fault":{"cutt":0.5}}"#, "/fault/cutt", "did you mean 'cut'?"),
        (#"{"on":"poll","fault":{"image":"crc"}}"#, "/fault/image", "expected one of"),
        (#"{"on":"download","fault":{"image":"crk"}}"#, "/fault/image", "did you mean 'crc'?"),
        (#"{"on":"download","fault":{"cut":1.5}}"#, "/fault/cut", "a share"),
        (#"{"on":"download","fault":{}}"#, "/fault", "expected an object"),
        (#"{"on":"download","fault":{"cut":[]}}"#, "/fault/cut", "a text, a number or true"),
        (#"{"on":"poll","answer":503,"times":0}"#, "/times", "from 1"),
        (#"{"on":"poll","answer":503,"chance":2}"#, "/chance", "from 0 to 1"),
        (#"{"on":"poll","answer":503,"ttl":"soon"}"#, "/ttl", "a duration"), ("[1]", "/0", "an object"),
        ("7", "", "a rule or a list"),
        (#"{"on":"socket","answer":503}"#, "/answer", "no status"),
        (#"{"on":"poll","key":"","answer":503}"#, "/key", "an API key"),
    ])
    func `a mistake is named with its pointer`(text: String, pointer: String, reason: String) {
        let error = #expect(throws: RuleError.self) { _ = try rules(text) }
        #expect(error?.pointer == pointer)
        #expect(error?.reason.contains(reason) ?? false, "\(error?.reason ?? "")")
    }

    @Test func `a mistake in a file has a line and a column`() {
        let error = #expect(throws: RuleError.self) {
            _ = try rules("[\n  {\"on\": \"poll\", \"answer\": 503},\n  {\"on\": \"pol\"}\n]")
        }
        #expect(error?.position?.description == "3:10")
    }

    @Test func `there is a limit of rules`() throws {
        let one = #"{"on":"poll","answer":503}"#
        let many = Array(repeating: one, count: 1000).joined(separator: ",")
        #expect(try rules("[\(many)]").count == 1000)
        #expect(throws: RuleError.self) { _ = try rules("[\(many),\(one)]") }
    }

    @Test(arguments: [
        ("/v1/*", "/v1/get_result", true), ("/v1/*", "/v2/x", false), ("*", "", true), ("/v1", "/v1", true),
        ("/v1", "/v1/", false), ("*/x*y", "/a/x/b/y", true), ("a*b*c", "abc", true), ("a*b*c", "acb", false),
        ("**a", "bca", true),
    ])
    func `a star in a path stands for any characters`(pattern: String, path: String, matches: Bool) {
        #expect(path.matches(glob: pattern) == matches)
    }
}
