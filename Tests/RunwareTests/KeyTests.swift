import HTTP
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// Authentication, and the requests to `/v1` that belong to another service.
@Suite struct KeyTests {
    private let ping = #"{"taskType":"ping","ping":true}"#

    @Test func `a key is accepted in a header and in an authentication task`() throws {
        let service = TestService { $0.runware.keys = [APIKey("right")] }
        #expect(try service.send(ping, fields: "authorization: Bearer right\r\n").status == 200)
        #expect(try service.send(ping, fields: "authorization: bearer right\r\n").status == 200)
        #expect(try service.send(ping, fields: "authorization: Bearer   right\r\n").status == 200)
        let said = #"{"taskType":"authentication","apiKey":"right"}"#
        #expect(
            try service.post("[\(said),\(ping)]", fields: "").text == #"{"data":[{"taskType":"ping","pong":true}]}"#)
    }

    @Test func `a wrong key answers 401 with the documented error`() throws {
        let service = TestService { $0.runware.keys = [APIKey("right")] }
        let text = """
            {"errors":[{"code":"invalidApiKey","message":"Invalid API key. Get one at https://my.runware.ai/signup",\
            "parameter":"apiKey","taskType":"authentication"}]}
            """
        for (fields, first) in [
            ("authorization: Bearer wrong\r\n", ""),
            ("", #"{"taskType":"authentication","apiKey":"wrong"},"#),
        ] {
            let reply = try service.post("[\(first)\(Sent.outpaint())]", fields: fields)
            #expect(reply.status == 401 && reply.text == text)
        }
    }

    @Test(arguments: [
        ("", "missingApiKey"), (#","apiKey":7"#, "invalidApiKey"), (#","apiKey":"""#, "invalidApiKey"),
        (#","apiKey":"a","x":1"#, "unsupportedParameter"),
    ])
    func `a malformed authentication task answers 400 with its error code`(_ more: String, _ code: String) throws {
        let said = #"{"taskType":"authentication"\#(more)}"#
        let reply = try TestService().post("[\(said),\(Sent.outpaint())]", fields: "")
        #expect(try reply.status == 400 && reply.codes == [code])
        #expect(try reply.errors[0]["taskType"]?.string == "authentication" && reply.errors[0]["taskUUID"] == nil)
    }

    @Test(arguments: ["", "authorization: Bearer \r\n", "authorization: Basic abc\r\n"])
    func `a request without a key answers 401`(_ fields: String) throws {
        let reply = try TestService().send(Sent.outpaint(), fields: fields)
        #expect(reply.status == 401)
        #expect(try reply.codes == ["missingApiKey"])
    }

    @Test(arguments: [("GET", "/v1"), ("GET", "/v1/"), ("PUT", "/v1"), ("DELETE", "/v1/")])
    func `a request that is neither POST nor a WebSocket answers 404`(_ method: String, _ path: String) throws {
        let reply = try TestService().ask(method, path)
        #expect(reply.status == 404 && reply.text == #"{"detail":"Not Found"}"#)
    }

    @Test func `the path may end in a slash`() throws {
        #expect(try TestService().ask("POST", "/v1/", body: "[\(ping)]").status == 200)
    }

    @Test func `a task cannot be polled with another key`() throws {
        let service = TestService()
        _ = try service.send(Sent.outpaint())
        #expect(try service.send(Sent.poll()).status == 200)
        let other = try service.send(Sent.poll(), fields: "authorization: Bearer other\r\n")
        #expect(other.status == 404)
        #expect(try other.codes == ["taskFailedOrNotFound"])
    }
}
