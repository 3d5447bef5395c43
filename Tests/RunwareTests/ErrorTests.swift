import Bytes
import HTTP
import JSON
import TestSupport
import Testing

/// The errors that a client receives.
@Suite struct ErrorTests {
    @Test func `an error about a parameter names its type, bounds, task and documentation`() throws {
        let service = TestService()
        let reply = try service.send(Sent.outpaint(#","outputQuality":7"#))
        #expect(reply.status == 400)
        #expect(
            reply.text == """
                {"errors":[{"code":"invalidOutputQuality","message":"Invalid value for outputQuality parameter. Output \
                quality must be an integer value between 20 and 99.","parameter":"outputQuality","type":"integer",\
                "min":20,"max":99,"taskType":"imageInference","taskUUID":"\(Sent.uuid)","documentation":\
                "https://runware.ai/docs/models/bfl-flux-outpainting#request-outputquality"}]}
                """)
    }

    @Test func `an error about several parameters lists them`() throws {
        let errors = try TestService().send(Sent.outpaint(sides: "{}")).errors
        #expect(errors.count == 1)
        #expect(
            errors.first?["parameter"]?.elements.map(\.string) == [
                "outpaint.bottom", "outpaint.left", "outpaint.right", "outpaint.top",
            ])
        let anchor = "https://runware.ai/docs/models/bfl-flux-outpainting#request-outpaint-bottom"
        #expect(errors.first?["documentation"]?.string == anchor)
    }

    @Test func `a processing error links to the documentation`() throws {
        let service = TestService()
        let broken = Pictures.base64(Array(Pictures.png(64, 64).dropLast(80)))
        _ = try service.send(Sent.outpaint(image: broken))
        let told = try service.ended(Sent.uuid).errors
        #expect(told.first?["code"]?.string == "processingFailed")
        #expect(told.first?["documentation"]?.string == "https://runware.ai/docs/models/bfl-flux-outpainting")
    }

    @Test(arguments: [("7", "invalidTaskType"), ("null", "invalidTaskType"), (#""dance""#, "unsupportedTaskType")])
    func `an invalid task type is not reported as missing`(_ type: String, _ code: String) throws {
        #expect(try TestService().send(#"{"taskType":\#(type)}"#).codes == [code])
    }

    @Test func `a body over the limit answers 413 with an error in Runware's format`() throws {
        var limits = Limits()
        limits.body = 1000
        try withServer(TestService().router, limits: limits) { server in
            let head = "POST /v1 HTTP/1.1\r\nhost: test\r\n\(TestService.key)"
            let chunk = String(repeating: "x", count: 2000)
            for rest in ["content-length: 2000\r\n\r\n", "transfer-encoding: chunked\r\n\r\n7D0\r\n\(chunk)\r\n"] {
                let client = try server.connect()
                try client.send(Array((head + rest).utf8))
                let reply = try client.receiveReply()
                #expect(reply.status == 413)
                #expect(reply.text == #"{"errors":[{"code":"valueTooLarge","message":"The body is too large."}]}"#)
            }
        }
    }

    @Test func `an error about an enumeration lists the allowed values`() throws {
        let error = try TestService().send(Sent.outpaint(#","outputFormat":"GIF""#)).errors.first
        #expect(error?["allowedValues"]?.elements.map(\.string) == ["JPG", "PNG", "WEBP"])
    }

    @Test func `the valid tasks of a batch run beside invalid ones`() throws {
        let service = TestService()
        let reply = try service.post(
            "[\(Sent.outpaint(#","ttl":1"#, uuid: Sent.uuid(1))),\(Sent.outpaint(uuid: Sent.uuid(2))),{},7]")
        #expect(reply.status == 200)
        #expect(try reply.data.map { $0["taskUUID"]?.string } == [Sent.uuid(2)])
        #expect(try reply.codes == ["invalidTtl", "missingTaskType", "invalidRequest"])
        #expect(try reply.errors.map { $0["taskUUID"]?.string } == [Sent.uuid(1), nil, nil])
    }

    @Test func `the status of a partial success can be configured`() throws {
        let service = TestService { $0.runware.partialStatus = 207 }
        let reply = try service.post(#"[{"taskType":"ping","ping":true},{}]"#)
        #expect(reply.status == 207)
    }

    @Test(arguments: [
        ("", "invalidJSON"), ("[", "invalidJSON"), ("{}", "invalidRequest"), ("null", "invalidRequest"),
        ("\u{1}\u{2}", "invalidJSON"),
    ])
    func `a body that is not an array of tasks answers 400`(_ body: String, _ code: String) throws {
        let reply = try TestService().post(body)
        #expect(reply.status == 400)
        #expect(try reply.codes == [code])
    }

    @Test func `the number of tasks in a batch is limited`() throws {
        let service = TestService { $0.runware.batchLimit = 3 }
        let ping = #"{"taskType":"ping","ping":true}"#
        #expect(try service.post("[\(ping),\(ping),\(ping)]").data.count == 3)
        #expect(try service.post("[\(ping),\(ping),\(ping),\(ping)]").codes == ["valueTooLarge"])
    }

    @Test func `the number of JSON values in a body is limited`() throws {
        // Six values: the array, the object, two keys and two values.
        let ping = #"[{"taskType":"ping","ping":true}]"#
        #expect(try TestService { $0.runware.valueLimit = 6 }.post(ping).data.count == 1)
        #expect(try TestService { $0.runware.valueLimit = 5 }.post(ping).codes == ["valueTooLarge"])
    }

    @Test func `an unsupported task type is named in the error`() throws {
        let reply = try TestService().send(#"{"taskType":"videoInference","taskUUID":"\#(Sent.uuid)"}"#)
        #expect(reply.status == 400)
        #expect(try reply.codes == ["unsupportedTaskType"])
        #expect(try reply.errors.first?["taskUUID"]?.string == Sent.uuid)
        #expect(reply.text.contains("'videoInference'"))
    }

    @Test func `another model answers invalidModel`() throws {
        let task = Sent.outpaint().replacing("bfl:flux@outpainting", with: "runware:100@1")
        #expect(try TestService().send(task).codes == ["invalidModel"])
    }
}
