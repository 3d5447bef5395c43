import BFL
import Bytes
import HTTP
import JSON
import TestSupport
import Testing

/// What settings change, and what callers of the service get to know.
@Suite struct ServiceTests {
    private static let good = #"{"input_image":"aGk=","width":64,"height":64}"#

    private func submit(_ router: Router, _ body: String, fields: String = "x-key: a\r\n") throws -> Reply {
        try ask(router) { try $0.post("/v1/flux-tools/outpainting-v1", body, fields: fields) }
    }

    private func get(_ router: Router, _ target: String, fields: String = "") throws -> Reply {
        try ask(router) { try $0.get(target, fields: fields) }
    }

    private func ask(_ router: Router, _ body: (HandlerHarness) throws -> Reply) throws -> Reply {
        var reply: Reply?
        try HandlerHarness.run(router, .memory) { reply = try body($0) }
        return try #require(reply)
    }

    private static func restricted() -> BFL.Settings {
        var settings = BFL.Settings()
        settings.keys = [APIKey("first"), APIKey("second")]
        return settings
    }

    @Test(arguments: ["first", "second"]) func aKeyThatIsLetInIsAccepted(key: String) throws {
        let reply = try submit(Emulated.router(Self.restricted()), Self.good, fields: "x-key: \(key)\r\n")
        #expect(reply.status == 200)
    }

    @Test(arguments: ["third", "firs", "first2", "First"]) func anyOtherKeyIsRefused(key: String) throws {
        // Before the fields are looked at.
        let reply = try submit(Emulated.router(Self.restricted()), "{}", fields: "x-key: \(key)\r\n")
        #expect(reply.status == 403)
        #expect(reply.text == #"{"detail":"Not authenticated - Invalid Authentication"}"#)
    }

    @Test func creditsNeedAKey() throws {
        let reply = try get(Emulated.router(), "/v1/credits")
        #expect(reply.status == 403)
        #expect(reply.text == #"{"detail":"Not authenticated"}"#)
        #expect(try get(Emulated.router(), "/v1/credits", fields: "x-key: a\r\n").status == 200)
    }

    @Test func aResultNeedsAKeyOnlyIfThatIsSet() throws {
        var settings = BFL.Settings()
        #expect(try get(Emulated.router(settings), "/v1/get_result?id=a").status == 200)
        settings.resultNeedsKey = true
        // The key comes before the query.
        #expect(try get(Emulated.router(settings), "/v1/get_result").status == 403)
        #expect(try get(Emulated.router(settings), "/v1/get_result?id=a", fields: "x-key: a\r\n").status == 200)
    }

    @Test func theLastIdCountsDecoded() throws {
        let reply = try get(Emulated.router(), "/v1/get_result?id=a&%69d=b+c%21%zz&x=y")
        #expect(reply.text == #"{"id":"b c!%zz","status":"Pending"}"#)
    }

    @Test func addressesFollowTheCallerUnlessTheyAreSet() throws {
        let forwarded = "x-key: a\r\nx-forwarded-proto: https, http\r\nx-forwarded-host: outside.example, inside\r\n"
        var settings = BFL.Settings()
        func address() throws -> String {
            let reply = try submit(Emulated.router(settings), Self.good, fields: forwarded)
            return try JSONDocument(parsing: ByteBuffer(reply.text)).root["polling_url"]?.string ?? ""
        }
        #expect(try address() == "https://outside.example/v1/get_result?id=a")
        settings.trustsForwarded = false
        #expect(try address() == "http://test/v1/get_result?id=a")
        settings.publicURL = "https://here.example:8443"
        #expect(try address() == "https://here.example:8443/v1/get_result?id=a")
    }

    @Test(arguments: ["a b", "a/b", "x\"y", "user@host"]) func aForwardedHostThatIsNoneIsNotBelieved(
        host: String
    ) throws {
        let reply = try get(Emulated.router(), "/v1/get_result/", fields: "x-forwarded-host: \(host)\r\n")
        #expect(reply["location"] == "http://test/v1/get_result")
    }

    @Test func errorsEndAtTheirLimit() throws {
        var settings = BFL.Settings()
        settings.errorLimit = 3
        let body = #"{"width":1,"input_image":"a","a":1,"b":2,"c":3}"#
        let reply = try submit(Emulated.router(settings), body)
        let details = try JSONDocument(parsing: ByteBuffer(reply.text)).root["detail"]?.elements.map {
            $0["type"]?.string
        }
        #expect(details == ["greater_than_equal", "missing", "extra_forbidden"])
    }

    @Test func aBodyBeyondItsLimitIsNotRead() throws {
        var settings = BFL.Settings()
        settings.bodyLimit = 40
        #expect(try submit(Emulated.router(settings), Self.good).status == 413)
    }

    /// What was read, as whoever takes the request over sees it.
    @Test func theRequestIsHandedOnWithItsDefaults() throws {
        let request = try OutpaintRequest(JSONDocument(parsing: ByteBuffer(Self.good)).root)
        #expect(request.inputImage.string == "aGk=")
        #expect(request.width == 64 && request.height == 64)
        #expect(!request.autoCrop && request.safetyTolerance == 2)
        #expect(request.outputFormat == .png && request.mode == .high)
        #expect(request.prompt == nil && request.referenceOffsetX == nil && request.referenceOffsetY == nil)
    }

    @Test func theRequestIsHandedOnAsItWasSent() throws {
        let text = """
            {"mode":"fast","reference_offset_y":-3.0,"reference_offset_x":"+0_7","prompt":"\\ud83d\\ude00","output_format":null,
            "safety_tolerance":true,"auto_crop":"ON","height":1\(String(repeating: "0", count: 4299)),"width":"0064","input_image":"\\u0061"}
            """
        let request = try OutpaintRequest(JSONDocument(parsing: ByteBuffer(text)).root)
        #expect(request.inputImage.string == "a" && request.prompt?.string == "😀")
        #expect(request.width == 64 && request.height == .max)
        #expect(request.autoCrop && request.safetyTolerance == 1)
        #expect(request.outputFormat == nil && request.mode == .fast)
        #expect(request.referenceOffsetX == 7 && request.referenceOffsetY == -3)
    }

    /// What whoever takes a request over refuses, in the same form as the schema does.
    @Test func whatLiesBeyondTheSchemaIsRefusedInItsForm() throws {
        let service = Service(
            accept: { request, _ throws(ServiceError) in
                throw .invalid([.value("no image", .field("input_image"), request.inputImage, limit: 4)])
            },
            result: { _, _, _ in .json(.ok, ByteBuffer()) }, credits: { _ in .json(.ok, ByteBuffer()) })
        let body = #"{"input_image":"aé€","width":64,"height":64}"#
        let reply = try submit(Router(service.routes), body)
        #expect(reply.status == 422)
        // Three bytes are whole characters, the fourth begins another.
        let input = "\"input\":\"aé\",\"ctx\":{\"error\":\"no image\"}}]}"
        #expect(
            reply.text
                == #"{"detail":[{"type":"value_error","loc":["body","input_image"],"msg":"Value error, no image","#
                + input)
    }

    @Test func tooMuchAtOnceSaysWhenToTryAgain() throws {
        let service = Service(
            accept: { _, _ throws(ServiceError) in throw .tooManyTasks(retryAfter: 2) },
            result: { _, _, _ in .json(.ok, ByteBuffer()) },
            credits: { _ throws(ServiceError) in throw .insufficientCredits })
        let reply = try submit(Router(service.routes), Self.good)
        #expect(reply.status == 429 && reply["retry-after"] == "2")
        #expect(try get(Router(service.routes), "/v1/credits", fields: "x-key: a\r\n").status == 402)
    }

    @Test func anAcceptedSubmitSaysWhereItsResultWillBe() throws {
        func answer(_ accepted: Accepted) throws -> String {
            let service = Service(
                accept: { _, _ in accepted }, result: { _, _, _ in .json(.ok, ByteBuffer()) },
                credits: { _ in .json(.ok, ByteBuffer()) })
            return try submit(Router(service.routes), Self.good).text
        }
        let poll = Accepted(id: "a", next: .poll(url: "u"), cost: 10, inputMegapixels: 0.06, outputMegapixels: 1)
        #expect(try answer(poll) == #"{"id":"a","polling_url":"u","cost":10.0,"input_mp":0.06,"output_mp":1.0}"#)
        let webhook = Accepted(id: "a", next: .webhook(url: "u", status: .pending))
        #expect(
            try answer(webhook)
                == #"{"id":"a","status":"Pending","webhook_url":"u","cost":null,"input_mp":null,"output_mp":null}"#)
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
