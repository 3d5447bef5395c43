import BFL
import JSON
import TestSupport
import Testing

@testable import Tasks

/// Answers to submits.
@Suite struct SubmitTests {
    @Test func `an accepted submit answers 200 with the id, polling URL, cost and megapixels`() throws {
        let service = TestService()
        let reply = try service.submit(image: PNG.base64(256, 256), width: 1024, height: 1024)
        let id = try #require(try reply.json["id"]?.string)
        #expect(reply.status == 200)
        #expect(reply["content-type"] == "application/json")
        #expect(
            reply.text
                == #"{"id":"\#(id)","polling_url":"http://test/v1/get_result?id=\#(id)","cost":10.0,"input_mp":0.06,"output_mp":1.0}"#
        )
        // A UUID of version 4, in lower case.
        let parts = id.split(separator: "-")
        #expect(parts.map(\.count) == [8, 4, 4, 4, 12] && parts[2].hasPrefix("4") && "89ab".contains(parts[3].first!))
        #expect(id == id.lowercased())
        #expect(reply["x-ratelimit-limit"] == nil)
    }

    @Test func `a submit with a webhook answers with the webhook URL in place of a polling URL`() throws {
        let service = TestService { $0.bfl.webhookURL = "http://127.0.0.1:1/hook" }
        let reply = try service.submit()
        let id = try #require(try reply.json["id"]?.string)
        #expect(
            reply.text
                == #"{"id":"\#(id)","status":"Pending","webhook_url":"http://127.0.0.1:1/hook","cost":10.0,"input_mp":0.0,"output_mp":0.0}"#
        )
    }

    @Test(
        arguments: [
            // Each started megapixel, of 1,048,576 pixels, is charged in full.
            (64, 64, "high", "10.0", "0.0"), (1024, 1024, "high", "10.0", "1.0"), (1025, 1024, "high", "20.0", "1.0"),
            (1025, 1023, "high", "10.0", "1.0"), (740, 1417, "high", "20.0", "1.0"),
            (1088, 1024, "high", "20.0", "1.06"), (2048, 2048, "high", "40.0", "4.0"),
            (1024, 1024, "fast", "5.0", "1.0"), (1025, 1024, "fast", "10.0", "1.0"),
            // Halves are rounded to the even neighbor, as in Python.
            (512, 256, "high", "10.0", "0.12"), (768, 512, "high", "10.0", "0.38"), (256, 256, "high", "10.0", "0.06"),
        ])
    func `size and mode set the cost`(width: Int, height: Int, mode: String, cost: String, output: String) throws {
        let reply = try TestService().submit(#","mode":"\#(mode)""#, width: width, height: height)
        #expect(
            reply.text.hasSuffix(#","cost":\#(cost),"input_mp":0.0,"output_mp":\#(output)}"#), "\(reply.text)")
    }

    @Test func `highPrice and fastPrice set the cost of a task`() throws {
        let service = TestService { ($0.bfl.highPrice, $0.bfl.fastPrice) = (0.5, 7) }
        #expect(try service.submit().json["cost"]?.double == 0.5)
        #expect(try service.submit(#","mode":"fast""#).json["cost"]?.double == 7)
    }

    // MARK: - The order of checks

    @Test func `a submit is checked in order for syntax, key, fields, image, placement and credits`() throws {
        let service = TestService { $0.tasks.balance = 0 }
        let large = #""width":4096,"height":4096"#
        #expect(try service.post("{", fields: "").status == 422)
        #expect(try service.post("{}", fields: "").status == 403)
        #expect(try service.post(#"{"input_image":"!","width":1,"height":4096}"#).text.contains("greater_than_equal"))
        #expect(try service.post(#"{"input_image":"!",\#(large)}"#).text.contains(#"["body","input_image"]"#))
        let placement = try service.post(#"{"input_image":"\#(PNG.base64(64, 64))",\#(large)}"#)
        #expect(placement.status == 422 && placement.text.contains(#""loc":["body"],"#))
        #expect(try service.submit().status == 402)
    }

    // MARK: - Checks beyond the schema

    @Test(arguments: [
        ("!", "the image is not base64: character 0 ('!') is not in the alphabet"), ("", "the image is empty"),
        ("aGk=", "this is not an image; PNG, JPEG and WebP are read"),
        ("R0lGODlhAQABAAAAACw=", "GIF is not read; PNG, JPEG and WebP are"),
        ("Qk0AAAAA", "BMP is not read; PNG, JPEG and WebP are"),
        ("data:image/png,a", "the data URL is not one of base64"),
        ("iVBORw0KGgo=", "PNG: the file ends too early"),
    ])
    func `an invalid image is refused in the form of a schema error`(image: String, reason: String) throws {
        let reply = try TestService().submit(image: image)
        #expect(reply.status == 422)
        let entry =
            #"{"type":"value_error","loc":["body","input_image"],"msg":"Value error, \#(reason)","#
            + #""input":"\#(image)","ctx":{"error":"\#(reason)"}}"#
        #expect(reply.text == #"{"detail":[\#(entry)]}"#)
    }

    @Test(arguments: [
        (
            65, 64, "",
            "reference 65x64 at -1,0 leaves canvas 64x64; a canvas of at least 65x64 would hold it, or crop it with auto_crop"
        ),
        (64, 64, #","reference_offset_x":-64"#, "wholly outside"),
        (
            64, 64, #","output_format":"webp","width":16384,"auto_crop":true"#,
            "width is 16384; as WebP it must be at most 16383"
        ),
        (
            64, 64, #","output_format":"jpeg","height":65501,"mode":"fast""#,
            "height is 65501; as JPEG it must be at most 65500"
        ),
        (63, 64, #","mode":"fast""#, "fast mode: the placed reference's width is 63; it must be at least 64"),
    ])
    func `an invalid placement error echoes the body`(width: Int, height: Int, more: String, reason: String) throws {
        let reply = try TestService().submit(#","safety_tolerance":5"# + more, image: PNG.base64(width, height))
        #expect(reply.status == 422)
        let detail = try #require(try reply.json["detail"]?.elements.map { $0 }.first)
        #expect(detail["type"]?.string == "value_error")
        #expect(detail["loc"]?.elements.map { $0.string } == ["body"])
        #expect(detail["ctx"]?["error"]?.string?.contains(reason) == true, "\(reply.text)")
        #expect(detail["input"]?["safety_tolerance"]?.integer == 5)
    }

    /// Even the largest numbers do not overflow.
    @Test func `a canvas or an offset of any huge size is refused`() throws {
        let service = TestService()
        for side in [String(Int.max), "1" + String(repeating: "0", count: 300)] {
            let image = PNG.base64(64, 64)
            let reply = try service.post(#"{"input_image":"\#(image)","width":\#(side),"height":\#(side)}"#)
            #expect(reply.status == 422 && reply.text.contains("value_error"), "\(reply.text.prefix(300))")
        }
        for offset in [String(Int.max), String(Int.min)] {
            let reply = try service.submit(#","reference_offset_x":\#(offset),"auto_crop":true"#)
            #expect(reply.status == 422 && reply.text.contains("wholly outside"), "\(reply.text.prefix(300))")
        }
    }

    /// The message shows the numbers of the request, even if the service clamps them internally.
    @Test(
        arguments: [
            (#""width":1e3,"reference_offset_x":1099511627777"#, "at 1099511627777,0 lies"),
            (#""width":64,"reference_offset_x":99999999999999999999"#, "at 99999999999999999999,0 lies"),
            (
                #""width":64,"reference_offset_x":-99999999999999999999,"reference_offset_y":"99999999999999999998""#,
                "at -99999999999999999999,99999999999999999998 lies"
            ),
            (
                #""width":64,"reference_offset_x":9,"reference_offset_y":-99999999999999999999"#,
                "at 9,-99999999999999999999 lies"
            ),
            (#""width":99999999999999999999"#, "canvas 99999999999999999999x64 has more than 4194304 pixels; "),
        ])
    func `a placement error names the numbers as they were sent`(fields: String, expected: String) throws {
        let body = #"{"input_image":"\#(PNG.base64(64, 64))","height":64,\#(fields),"auto_crop":true}"#
        let reply = try TestService().post(body)
        let message = try reply.json["detail"]?.elements.map { $0["msg"]?.string ?? "" } ?? []
        #expect(reply.status == 422 && message.first?.contains(expected) == true, "\(message)")
    }

    /// The limit is in bytes; no character is split.
    @Test func `long strings are cut in the echo`() throws {
        let service = TestService { $0.bfl.echoLimit = 4 }
        #expect(try service.submit(image: "aé€").text.contains(#""input":"aé","ctx""#))
        let body = try service.submit(#","prompt":"long enough","reference_offset_x":64"#)
        #expect(
            body.text.contains(
                #""input":{"input_image":"iVBO","width":64,"height":64,"prompt":"long","reference_offset_x":64},"ctx""#),
            "\(body.text)")
    }

    // MARK: - Limits

    @Test func `a submit without enough credits answers 402`() throws {
        let service = TestService { $0.tasks.balance = 19_999_999 }
        #expect(try service.submit().status == 200)
        let reply = try service.submit()
        #expect(reply.status == 402)
        #expect(reply.text == #"{"detail":"Insufficient credits"}"#)
        #expect(reply["retry-after"] == nil)
        // The credits suffice for a cheaper task, and another key has its own.
        #expect(try service.submit(#","mode":"fast""#).status == 200)
        #expect(try service.submit(fields: "x-key: other\r\n").status == 200)
    }

    @Test func `a submit answers 429 while its key has 24 active tasks`() throws {
        let service = TestService()
        service.making.hold()
        let first = try service.accepted()
        for _ in 1..<24 { #expect(try service.submit().status == 200) }
        let reply = try service.submit()
        #expect(reply.status == 429)
        #expect(reply.text == #"{"detail":"Too many active tasks"}"#)
        #expect(try #require(reply["retry-after"].flatMap { Int($0) }) >= 1)
        // The refused submit reserved no credits, and other keys are not affected.
        #expect(try service.credits() == #"{"credits":999760.0}"#)
        #expect(try service.submit(fields: "x-key: other\r\n").status == 200)
        service.making.release()
        _ = try service.ended(first)
        #expect(try eventually { try service.submit().status == 200 })
    }

    @Test func `activeTasks sets the number of active tasks of a key`() throws {
        let service = TestService { $0.bfl.activeTasks = 1 }
        service.making.hold()
        #expect(try service.submit().status == 200)
        #expect(try service.submit().status == 429)
    }

    @Test func `a full queue answers 429 with retry-after`() throws {
        let service = TestService { $0.tasks.queueLength = 1 }
        service.making.hold()
        _ = try service.accepted(width: 64)
        #expect(service.isMaking())
        _ = try service.accepted(width: 65)
        let reply = try service.submit(width: 66)
        #expect(reply.status == 429 && reply["retry-after"] == "1")
        #expect(reply.text == #"{"detail":"Too many tasks are waiting"}"#)
    }

    @Test func `full storage answers 429 with a message of its own`() throws {
        let service = TestService { $0.tasks.resultBytes = 1 }
        _ = try service.ended(service.accepted())
        let reply = try service.submit()
        #expect(reply.status == 429 && reply["retry-after"] == "10")
        #expect(reply.text == #"{"detail":"No more pictures can be kept"}"#)
        let few = TestService { $0.tasks.taskLimit = 1 }
        _ = try few.ended(few.accepted())
        #expect(try few.submit().text == #"{"detail":"No more than 1 tasks can be known"}"#)
    }

    @Test func `a submit answers 503 while the server stops`() throws {
        let service = TestService()
        service.tasks.stop()
        let reply = try service.submit()
        #expect(reply.status == 503)
        #expect(reply.text == #"{"detail":"The server is stopping"}"#)
    }
}
