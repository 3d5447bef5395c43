import BFL
import JSON
import TestSupport
import Testing

@testable import Tasks

/// How submits are answered.
@Suite struct SubmitTests {
    @Test func anAcceptedSubmitSaysWhereItsResultWillBe() throws {
        let bench = Bench()
        let reply = try bench.submit(image: PNG.base64(256, 256), width: 1024, height: 1024)
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

    @Test func withAWebhookItSaysSoInPlaceOfAnAddressToPoll() throws {
        let bench = Bench { $0.bfl.webhookURL = "http://127.0.0.1:1/hook" }
        let reply = try bench.submit()
        let id = try #require(try reply.json["id"]?.string)
        #expect(
            reply.text
                == #"{"id":"\#(id)","status":"Pending","webhook_url":"http://127.0.0.1:1/hook","cost":10.0,"input_mp":0.0,"output_mp":0.0}"#
        )
    }

    @Test(
        arguments: [
            // A few pixels more begin another megapixel, of 1,048,576.
            (64, 64, "high", "10.0", "0.0"), (1024, 1024, "high", "10.0", "1.0"), (1025, 1024, "high", "20.0", "1.0"),
            (1025, 1023, "high", "10.0", "1.0"), (740, 1417, "high", "20.0", "1.0"),
            (1088, 1024, "high", "20.0", "1.06"), (2048, 2048, "high", "40.0", "4.0"),
            (1024, 1024, "fast", "5.0", "1.0"), (1025, 1024, "fast", "10.0", "1.0"),
            // Halves go to the even neighbour, as in Python.
            (512, 256, "high", "10.0", "0.12"), (768, 512, "high", "10.0", "0.38"), (256, 256, "high", "10.0", "0.06"),
        ])
    func megapixelsAreCountedAndPaidFor(width: Int, height: Int, mode: String, cost: String, output: String) throws {
        let reply = try Bench().submit(#","mode":"\#(mode)""#, width: width, height: height)
        #expect(
            reply.text.hasSuffix(#","cost":\#(cost),"input_mp":0.0,"output_mp":\#(output)}"#), "\(reply.text)")
    }

    @Test func pricesAreSet() throws {
        let bench = Bench { ($0.bfl.highPrice, $0.bfl.fastPrice) = (0.5, 7) }
        #expect(try bench.submit().json["cost"]?.double == 0.5)
        #expect(try bench.submit(#","mode":"fast""#).json["cost"]?.double == 7)
    }

    // MARK: - The order of checks

    @Test func formThenKeyThenFieldsThenImageThenPlaceThenCredits() throws {
        let bench = Bench { $0.tasks.balance = 0 }
        let large = #""width":4096,"height":4096"#
        #expect(try bench.post("{", fields: "").status == 422)
        #expect(try bench.post("{}", fields: "").status == 403)
        #expect(try bench.post(#"{"input_image":"!","width":1,"height":4096}"#).text.contains("greater_than_equal"))
        #expect(try bench.post(#"{"input_image":"!",\#(large)}"#).text.contains(#"["body","input_image"]"#))
        let placement = try bench.post(#"{"input_image":"\#(PNG.base64(64, 64))",\#(large)}"#)
        #expect(placement.status == 422 && placement.text.contains(#""loc":["body"],"#))
        #expect(try bench.submit().status == 402)
    }

    // MARK: - What lies beyond the schema

    @Test(arguments: [
        ("!", "the image is not base64: character 0 ('!') is not in the alphabet"), ("", "the image is empty"),
        ("aGk=", "this is not an image; PNG, JPEG and WebP are read"),
        ("R0lGODlhAQABAAAAACw=", "GIF is not read; PNG, JPEG and WebP are"),
        ("Qk0AAAAA", "BMP is not read; PNG, JPEG and WebP are"),
        ("data:image/png,a", "the data URL is not one of base64"),
        ("iVBORw0KGgo=", "PNG: the file ends too early"),
    ])
    func anImageThatIsNoneIsRefusedInTheSchemasForm(image: String, reason: String) throws {
        let reply = try Bench().submit(image: image)
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
    func aPlaceThatIsNoneIsRefusedWithTheWholeBody(width: Int, height: Int, more: String, reason: String) throws {
        let reply = try Bench().submit(#","safety_tolerance":5"# + more, image: PNG.base64(width, height))
        #expect(reply.status == 422)
        let detail = try #require(try reply.json["detail"]?.elements.map { $0 }.first)
        #expect(detail["type"]?.string == "value_error")
        #expect(detail["loc"]?.elements.map { $0.string } == ["body"])
        #expect(detail["ctx"]?["error"]?.string?.contains(reason) == true, "\(reply.text)")
        #expect(detail["input"]?["safety_tolerance"]?.integer == 5)
    }

    /// However large the numbers are.
    @Test func aCanvasBeyondAllBoundsIsRefused() throws {
        let bench = Bench()
        for side in [String(Int.max), "1" + String(repeating: "0", count: 300)] {
            let image = PNG.base64(64, 64)
            let reply = try bench.post(#"{"input_image":"\#(image)","width":\#(side),"height":\#(side)}"#)
            #expect(reply.status == 422 && reply.text.contains("value_error"), "\(reply.text.prefix(300))")
        }
        for offset in [String(Int.max), String(Int.min)] {
            let reply = try bench.submit(#","reference_offset_x":\#(offset),"auto_crop":true"#)
            #expect(reply.status == 422 && reply.text.contains("wholly outside"), "\(reply.text.prefix(300))")
        }
    }

    /// Whatever was made of it.
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
    func aRefusalNamesTheNumbersThatWereSent(fields: String, expected: String) throws {
        let body = #"{"input_image":"\#(PNG.base64(64, 64))","height":64,\#(fields),"auto_crop":true}"#
        let reply = try Bench().post(body)
        let message = try reply.json["detail"]?.elements.map { $0["msg"]?.string ?? "" } ?? []
        #expect(reply.status == 422 && message.first?.contains(expected) == true, "\(message)")
    }

    /// In whole characters.
    @Test func longStringsAreCutInTheEcho() throws {
        let bench = Bench { $0.bfl.echoLimit = 4 }
        #expect(try bench.submit(image: "aé€").text.contains(#""input":"aé","ctx""#))
        let body = try bench.submit(#","prompt":"long enough","reference_offset_x":64"#)
        #expect(
            body.text.contains(
                #""input":{"input_image":"iVBO","width":64,"height":64,"prompt":"long","reference_offset_x":64},"ctx""#),
            "\(body.text)")
    }

    // MARK: - Bounds

    @Test func withoutCreditsASubmitIsRefused() throws {
        let bench = Bench { $0.tasks.balance = 19_999_999 }
        #expect(try bench.submit().status == 200)
        let reply = try bench.submit()
        #expect(reply.status == 402)
        #expect(reply.text == #"{"detail":"Insufficient credits"}"#)
        #expect(reply["retry-after"] == nil)
        // Less is still to be had, and another key has its own.
        #expect(try bench.submit(#","mode":"fast""#).status == 200)
        #expect(try bench.submit(fields: "x-key: other\r\n").status == 200)
    }

    @Test func oneKeyHasTwentyFourTasksUnderWay() throws {
        let bench = Bench()
        bench.making.hold()
        let first = try bench.accepted()
        for _ in 1..<24 { #expect(try bench.submit().status == 200) }
        let reply = try bench.submit()
        #expect(reply.status == 429)
        #expect(reply.text == #"{"detail":"Too many active tasks"}"#)
        #expect(try #require(reply["retry-after"].flatMap { Int($0) }) >= 1)
        // Nothing was set aside for it, and nobody else is held up.
        #expect(try bench.credits() == #"{"credits":999760.0}"#)
        #expect(try bench.submit(fields: "x-key: other\r\n").status == 200)
        bench.making.release()
        _ = try bench.ended(first)
        #expect(try eventually { try bench.submit().status == 200 })
    }

    @Test func theNumberOfActiveTasksIsSet() throws {
        let bench = Bench { $0.bfl.activeTasks = 1 }
        bench.making.hold()
        #expect(try bench.submit().status == 200)
        #expect(try bench.submit().status == 429)
    }

    @Test func aFullQueueSaysWhenToTryAgain() throws {
        let bench = Bench { $0.tasks.queueLength = 1 }
        bench.making.hold()
        #expect(bench.isRunning(try bench.accepted(width: 64)))
        _ = try bench.accepted(width: 65)
        let reply = try bench.submit(width: 66)
        #expect(reply.status == 429 && reply["retry-after"] == "1")
        #expect(reply.text == #"{"detail":"Too many tasks are waiting"}"#)
    }

    @Test func fullStorageIsNotSaidToBeTheCallersTasks() throws {
        let bench = Bench { $0.tasks.resultBytes = 1 }
        _ = try bench.ended(bench.accepted())
        let reply = try bench.submit()
        #expect(reply.status == 429 && reply["retry-after"] == "10")
        #expect(reply.text == #"{"detail":"No more pictures can be kept"}"#)
        let few = Bench { $0.tasks.taskLimit = 1 }
        _ = try few.ended(few.accepted())
        #expect(try few.submit().text == #"{"detail":"No more than 1 tasks can be known"}"#)
    }

    @Test func aServerThatStopsSaysSo() throws {
        let bench = Bench()
        bench.workshop.stop()
        let reply = try bench.submit()
        #expect(reply.status == 503)
        #expect(reply.text == #"{"detail":"The server is stopping"}"#)
    }
}
