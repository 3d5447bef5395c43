import BFL
import Tasks
import TestSupport
import Testing

/// Who is let in.
@Suite struct KeyTests {
    private static func restricted() -> Bench {
        Bench { $0.bfl.keys = [APIKey("first"), APIKey("second")] }
    }

    @Test(arguments: ["first", "second"]) func aKeyThatIsLetInIsAccepted(key: String) throws {
        #expect(try Self.restricted().submit(fields: "x-key: \(key)\r\n").status == 200)
    }

    @Test(arguments: ["third", "firs", "first2", "First"]) func anyOtherKeyIsRefused(key: String) throws {
        // Before the fields are looked at.
        let reply = try Self.restricted().post("{}", fields: "x-key: \(key)\r\n")
        #expect(reply.status == 403)
        #expect(reply.text == #"{"detail":"Not authenticated - Invalid Authentication"}"#)
        #expect(try Self.restricted().get("/v1/credits", fields: "x-key: \(key)\r\n").status == 403)
    }

    @Test func creditsNeedAKey() throws {
        let bench = Bench()
        let reply = try bench.get("/v1/credits")
        #expect(reply.status == 403)
        #expect(reply.text == #"{"detail":"Not authenticated"}"#)
        #expect(try bench.get("/v1/credits", fields: Bench.key).status == 200)
    }

    @Test func aResultNeedsAKeyOnlyIfThatIsSet() throws {
        let open = Bench()
        #expect(try open.ended(open.accepted()).status == 200)

        let closed = Bench {
            $0.bfl.resultNeedsKey = true
            $0.bfl.keys = [APIKey("test-key")]
        }
        let id = try closed.accepted()
        // The key comes before the query.
        #expect(try closed.get("/v1/get_result").text == #"{"detail":"Not authenticated"}"#)
        #expect(try closed.poll(id).status == 403)
        #expect(try closed.poll(id, fields: "x-key: other\r\n").status == 403)
        #expect(try closed.poll(id, fields: Bench.key).status == 200)
    }

    @Test func keysDoNotShow() {
        let key = APIKey("secret")
        #expect(!"\(key)".contains("secret"))
        #expect(!String(reflecting: key).contains("secret"))
        var dumped = ""
        dump(Caller(key: key, base: ""), to: &dumped)
        #expect(!dumped.contains("115"))
    }
}
