import HTTP
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// Who is let in, and what of `/v1` is not this service's.
@Suite struct KeyTests {
    private let ping = #"{"taskType":"ping","ping":true}"#

    @Test func aKeyMayStandInAHeaderOrInATask() throws {
        let desk = Desk { $0.runware.keys = [APIKey("right")] }
        #expect(try desk.send(ping, fields: "authorization: Bearer right\r\n").status == 200)
        #expect(try desk.send(ping, fields: "authorization: bearer right\r\n").status == 200)
        #expect(try desk.send(ping, fields: "authorization: Bearer   right\r\n").status == 200)
        let said = #"{"taskType":"authentication","apiKey":"right"}"#
        #expect(try desk.post("[\(said),\(ping)]", fields: "").text == #"{"data":[{"taskType":"ping","pong":true}]}"#)
    }

    @Test func aWrongKeyIsToldAsTheDocumentsShow() throws {
        let desk = Desk { $0.runware.keys = [APIKey("right")] }
        let text = """
            {"errors":[{"code":"invalidApiKey","message":"Invalid API key. Get one at https://my.runware.ai/signup",\
            "parameter":"apiKey","taskType":"authentication"}]}
            """
        for (fields, first) in [
            ("authorization: Bearer wrong\r\n", ""),
            ("", #"{"taskType":"authentication","apiKey":"wrong"},"#),
        ] {
            let reply = try desk.post("[\(first)\(Sent.outpaint())]", fields: fields)
            #expect(reply.status == 401 && reply.text == text)
        }
    }

    @Test(arguments: [
        ("", "missingApiKey"), (#","apiKey":7"#, "invalidApiKey"), (#","apiKey":"""#, "invalidApiKey"),
        (#","apiKey":"a","x":1"#, "unsupportedParameter"),
    ])
    func aMalformedKeyIsToldAsOne(_ more: String, _ code: String) throws {
        let said = #"{"taskType":"authentication"\#(more)}"#
        let reply = try Desk().post("[\(said),\(Sent.outpaint())]", fields: "")
        #expect(try reply.status == 400 && reply.codes == [code])
        #expect(try reply.errors[0]["taskType"]?.string == "authentication" && reply.errors[0]["taskUUID"] == nil)
    }

    @Test(arguments: ["", "authorization: Bearer \r\n", "authorization: Basic abc\r\n"])
    func withoutAKeyNothingIsDone(_ fields: String) throws {
        let reply = try Desk().send(Sent.outpaint(), fields: fields)
        #expect(reply.status == 401)
        #expect(try reply.codes == ["missingApiKey"])
    }

    @Test(arguments: [("GET", "/v1"), ("GET", "/v1/"), ("PUT", "/v1"), ("DELETE", "/v1/")])
    func whatIsNoPostAndNoWebSocketIsNotHere(_ method: String, _ path: String) throws {
        let reply = try Desk().ask(method, path)
        #expect(reply.status == 404 && reply.text == #"{"detail":"Not Found"}"#)
    }

    @Test func aPostWithTheOtherServicesKeyIsNotHere() throws {
        let reply = try Desk().send(ping, fields: "x-key: a\r\n")
        #expect(reply.status == 404 && reply.text == #"{"detail":"Not Found"}"#)
        #expect(try Desk().send(ping, fields: "x-key: a\r\n" + Desk.key).status == 200)
    }

    @Test func aSlashMayStandAtTheEnd() throws {
        #expect(try Desk().ask("POST", "/v1/", body: "[\(ping)]").status == 200)
    }

    @Test func oneCallersTasksAreNotAnothers() throws {
        let desk = Desk()
        _ = try desk.send(Sent.outpaint())
        #expect(try desk.send(Sent.poll()).status == 200)
        let other = try desk.send(Sent.poll(), fields: "authorization: Bearer other\r\n")
        #expect(other.status == 404)
        #expect(try other.codes == ["taskFailedOrNotFound"])
    }
}
