import BFL
import Tasks
import TestSupport
import Testing

/// Authentication by API key.
@Suite struct KeyTests {
    private static func restricted() -> TestService {
        TestService { $0.bfl.keys = [APIKey("first"), APIKey("second")] }
    }

    @Test(arguments: ["first", "second"]) func `a configured key is accepted`(key: String) throws {
        #expect(try Self.restricted().submit(fields: "x-key: \(key)\r\n").status == 200)
    }

    @Test(arguments: ["third", "firs", "first2", "First"]) func `an unknown key answers 403`(key: String) throws {
        // The key is checked before the fields: an empty object alone would answer 422.
        let reply = try Self.restricted().post("{}", fields: "x-key: \(key)\r\n")
        #expect(reply.status == 403)
        #expect(reply.text == #"{"detail":"Not authenticated - Invalid Authentication"}"#)
        #expect(try Self.restricted().get("/v1/credits", fields: "x-key: \(key)\r\n").status == 403)
    }

    @Test func `a credits request without a key answers 403`() throws {
        let service = TestService()
        let reply = try service.get("/v1/credits")
        #expect(reply.status == 403)
        #expect(reply.text == #"{"detail":"Not authenticated"}"#)
        #expect(try service.get("/v1/credits", fields: TestService.key).status == 200)
    }

    @Test func `a poll needs a key only if resultNeedsKey is set`() throws {
        let open = TestService()
        #expect(try open.ended(open.accepted()).status == 200)

        let closed = TestService {
            $0.bfl.resultNeedsKey = true
            $0.bfl.keys = [APIKey("test-key")]
        }
        let id = try closed.accepted()
        // The key is checked before the query.
        #expect(try closed.get("/v1/get_result").text == #"{"detail":"Not authenticated"}"#)
        #expect(try closed.poll(id).status == 403)
        #expect(try closed.poll(id, fields: "x-key: other\r\n").status == 403)
        #expect(try closed.poll(id, fields: TestService.key).status == 200)
    }

    @Test func `a key does not appear in descriptions and dumps`() {
        let key = APIKey("secret")
        #expect(!"\(key)".contains("secret"))
        #expect(!String(reflecting: key).contains("secret"))
        var dumped = ""
        dump(Caller(key: key, base: ""), to: &dumped)
        // 115 is the byte of "s".
        #expect(!dumped.contains("115"))
    }
}
