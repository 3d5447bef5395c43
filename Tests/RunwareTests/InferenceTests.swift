import Bytes
import Imaging
import JSON
import Outpainting
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// Outpainting tasks over REST, from request to response.
@Suite struct InferenceTests {
    @Test func `a synchronous task answers with the URL of its picture`() throws {
        let service = TestService()
        let reply = try service.send(Sent.outpaint())
        #expect(reply.status == 200)
        let item = try #require(try reply.data.first)
        #expect(item.members.map { $0.key.string } == ["taskType", "taskUUID", "imageUUID", "imageURL", "seed"])
        let uuid = try #require(item["imageUUID"]?.string)
        #expect(item["taskUUID"]?.string == Sent.uuid)
        #expect(item["imageURL"]?.string == "http://test/image/os/a01d21/ws/4/ii/\(uuid).jpg")
        let picture = try service.ask("GET", "/image/os/a01d21/ws/4/ii/\(uuid).jpg", fields: "")
        #expect(picture.status == 200 && picture["content-type"] == "image/jpeg")
        let probe = try ImageProbe(picture.body.span)
        #expect(probe.width == 80 && probe.height == 64 && probe.format == .jpeg)
    }

    @Test(arguments: [("JPG", ImageFormat.jpeg), ("PNG", .png), ("WEBP", .webp)])
    func `a picture can be returned as base64 or as a data URI`(_ name: String, _ format: ImageFormat) throws {
        let service = TestService()
        let more = #","outputFormat":"\#(name)","outputType":"#
        let bare = try #require(
            try service.send(Sent.outpaint(more + #""base64Data""#)).data.first?["imageBase64Data"])
        var file = ByteBuffer()
        try Base64.decode(bare.bytes, into: &file)
        #expect(try ImageProbe(file.bytes).format == format)
        let uri = try service.send(Sent.outpaint(more + #""dataURI""#, uuid: Sent.uuid(2))).data.first?["imageDataURI"]
        let type = "\(format.mediaType)"
        #expect(uri?.string == "data:\(type);base64,\(bare.bytes.text)")
    }

    @Test func `the output keeps the reference's pixels and adds the requested sides`() throws {
        let service = TestService()
        let task = Sent.outpaint(
            #","outputFormat":"PNG","outputType":"base64Data""#, sides: #"{"top":3,"right":5,"bottom":7,"left":9}"#)
        let text = try #require(try service.send(task).data.first?["imageBase64Data"])
        var file = ByteBuffer()
        try Base64.decode(text.bytes, into: &file)
        let image = try ImageDecoder.decode(file.bytes)
        #expect(image.raster.width == 78 && image.raster.height == 74)
        let original = try ImageDecoder.decode(Pictures.png(64, 64).span)
        var same = true
        for y in 0..<64 {
            let row = image.raster.row(y + 3).extracting(27..<27 + 192)
            if !row.equals(original.raster.row(y)) { same = false }
        }
        #expect(same)
    }

    @Test func `results differ in seed and picture and have a fixed order`() throws {
        let service = TestService { $0.runware.fill = "mosaic" }
        let more = #","numberResults":3,"outputFormat":"PNG","outputType":"base64Data""#
        func pictures(_ uuid: String) throws -> [String] {
            let data = try service.send(Sent.outpaint(more, uuid: uuid)).data
            #expect(Set(data.map { $0["imageUUID"]?.string }).count == 3)
            #expect(Set(data.map { $0["seed"]?.integer }).count == 3)
            return data.map { $0["imageBase64Data"]?.string ?? "" }
        }
        let first = try pictures(Sent.uuid(1))
        #expect(first.count == 3 && Set(first).count == 3)
        #expect(try pictures(Sent.uuid(2)) == first)
    }

    @Test func `an asynchronous task is acknowledged and its results can be polled`() throws {
        let service = TestService()
        let reply = try service.send(Sent.outpaint(#","deliveryMethod":"async","numberResults":2"#))
        #expect(
            reply.text == #"{"data":[{"taskType":"imageInference","taskUUID":"\#(Sent.uuid)"}]}"#)
        let polled = try service.ended(Sent.uuid)
        #expect(polled.status == 200)
        #expect(try polled.data.map { $0["status"]?.string } == ["success", "success"])
        #expect(try polled.data.allSatisfy { $0["taskType"]?.string == "imageInference" })
        // Each poll returns all results.
        #expect(try service.send(Sent.poll()).text == polled.text)
    }

    @Test func `a synchronous task can be polled`() throws {
        let service = TestService()
        let told = try service.send(Sent.outpaint()).data.first?["imageUUID"]?.string
        #expect(try service.send(Sent.poll()).data.map { $0["imageUUID"]?.string } == [told])
    }

    @Test func `a task UUID can be used once per key`() throws {
        let service = TestService()
        _ = try service.send(Sent.outpaint())
        let again = try service.send(Sent.outpaint())
        #expect(again.status == 400)
        #expect(try again.codes == ["conflictTaskUUID"])
        #expect(try again.errors.first?["taskUUID"]?.string == Sent.uuid)
        // Uppercase letters and a duplicate in the same batch conflict as well.
        #expect(try service.send(Sent.outpaint(uuid: Sent.uuid.uppercased())).codes == ["conflictTaskUUID"])
        let twice = Sent.outpaint(uuid: Sent.uuid(7))
        #expect(try service.post("[\(twice),\(twice)]").codes == ["conflictTaskUUID"])
        #expect(try service.send(Sent.outpaint(), fields: "authorization: Bearer b\r\n").status == 200)
    }

    @Test func `the UUID of a refused task can be used again`() throws {
        let service = TestService()
        #expect(try service.send(Sent.outpaint(image: "aGVsbG8=")).status == 400)
        #expect(try service.send(Sent.outpaint()).status == 200)
    }

    @Test func `a task UUID expires after an hour`() throws {
        let service = TestService()
        _ = try service.send(Sent.outpaint())
        service.pass(.seconds(3600))
        #expect(try service.send(Sent.poll()).status == 404)
        #expect(try service.send(Sent.outpaint()).status == 200)
    }

    @Test func `a poll for an unknown task can answer with empty data`() throws {
        let service = TestService { $0.runware.unknownTaskIsError = false }
        let reply = try service.send(Sent.poll())
        #expect(reply.status == 200 && reply.text == #"{"data":[]}"#)
    }

    @Test func `a failed task answers polls with status 200 and an error`() throws {
        let service = TestService()
        // A valid header without image data.
        let broken = Pictures.base64(Array(Pictures.png(64, 64).prefix(60)))
        let reply = try service.send(Sent.outpaint(#","deliveryMethod":"async""#, image: broken))
        #expect(reply.status == 200)
        let polled = try service.ended(Sent.uuid)
        #expect(polled.status == 200)
        let error = try #require(try polled.errors.first)
        #expect(error["code"]?.string == "processingFailed" && error["status"]?.string == "error")
        #expect(error["taskUUID"]?.string == Sent.uuid && error["taskType"]?.string == "imageInference")
    }

    @Test(arguments: [
        (#"{"right":16}"#, 1, 0.1), (#"{"right":960,"bottom":960}"#, 1, 0.1), (#"{"right":961,"bottom":960}"#, 1, 0.2),
        (#"{"right":1536,"bottom":1536}"#, 2, 0.3),
    ])
    func `each started megapixel of each result is charged`(_ sides: String, _ number: Int, _ cost: Double) throws {
        let service = TestService()
        let more = #","includeCost":true,"numberResults":\#(number)"#
        let data = try service.send(Sent.outpaint(more, sides: sides)).data
        #expect(data.map { $0["cost"]?.double } == Array(repeating: cost, count: number))
        #expect(
            service.tasks.balance(of: APIKey("test-key").namespace(in: "runware")) == 1_000_000_000_000 - Int64(
                (cost * 1e6).rounded()) * Int64(number))
    }

    @Test func `the answer has NSFWContent if the task requests the check`() throws {
        let service = TestService()
        let checked = try service.send(Sent.outpaint(#","safety":{"checkContent":true}"#)).data.first
        #expect(checked?["NSFWContent"]?.bool == false)
        #expect(try service.send(Sent.outpaint(uuid: Sent.uuid(2))).data.first?["NSFWContent"] == nil)
    }

    @Test(arguments: ["HTTP/1.0\r\n", "HTTP/1.1\r\nhost:\r\nconnection: close\r\n"])
    func `without a host header image URLs use the server's address`(_ end: String) throws {
        let service = TestService()
        try withServer(service.router) { server in
            let body = "[\(Sent.outpaint())]"
            let client = try server.connect()
            let head = "POST /v1 \(end)\(TestService.key)content-length: \(body.utf8.count)\r\n\r\n"
            try client.send(Array((head + body).utf8))
            let url = try client.receiveReply().data.first?["imageURL"]?.string
            #expect(url?.hasPrefix("http://127.0.0.1:\(server.address.port)/image/") == true)
        }
    }

    @Test func `a picture expires after the task's ttl`() throws {
        let service = TestService()
        let url = try #require(try service.send(Sent.outpaint(#","ttl":60"#)).data.first?["imageURL"]?.string)
        let path = String(url.dropFirst("http://test".count))
        service.pass(.milliseconds(59_999))
        #expect(try service.ask("GET", path).status == 200)
        service.pass(.milliseconds(1))
        #expect(try service.ask("GET", path).status == 404)
    }

    @Test(arguments: ["604801", "9223372036854775808"])
    func `a picture expires after a week at the latest`(_ ttl: String) throws {
        let service = TestService()
        let url = try #require(try service.send(Sent.outpaint(#","ttl":\#(ttl)"#)).data.first?["imageURL"]?.string)
        let path = String(url.dropFirst("http://test".count))
        service.pass(.milliseconds(604_799_999))
        #expect(try service.ask("GET", path).status == 200)
        service.pass(.milliseconds(1))
        #expect(try service.ask("GET", path).status == 404)
    }

    @Test func `an output over four megapixels is refused where it may not be scaled down`() throws {
        let service = TestService { $0.runware.resizesLarge = false }
        let reply = try service.send(Sent.outpaint(sides: #"{"right":1984,"bottom":1985}"#))
        #expect(reply.status == 400)
        #expect(try reply.codes == ["valueTooLarge"])
        #expect(try reply.errors.first?["parameter"]?.string == "outpaint")
        let far = try TestService().send(
            Sent.outpaint(sides: #"{"right":99999999999999999999,"left":9223372036854775807}"#))
        #expect(try far.codes == ["valueTooLarge"])
        let fast = try TestService().send(
            Sent.outpaint(
                #","settings":{"mode":"fast"}"#, image: Pictures.base64(Pictures.png(32, 64)), sides: #"{"right":64}"#))
        func said(_ reply: Reply) throws -> String? {
            try reply.errors.first?["message"]?.string?.replacing("Invalid value for outpaint parameter. ", with: "")
        }
        #expect(try said(reply) == "The output would be 2048x2049, which is more than 4194304 pixels.")
        #expect(try said(far) == "The output must not have more than 4194304 pixels.")
        #expect(try said(fast) == "Fast mode: the placed reference's width is 32; it must be at least 64.")
    }

    @Test(arguments: [("JPG", 65_500), ("WEBP", 16_383)]) func `a side longer than the format allows is refused`(
        format: String, longest: Int
    ) throws {
        let format = #","outputFormat":"\#(format)""#
        let reply = try TestService().send(Sent.outpaint(format, sides: #"{"right":\#(longest + 1 - 64)}"#))
        #expect(reply.status == 400)
        #expect(try reply.codes == ["valueTooLarge"])
        #expect(try reply.errors.first?["parameter"]?.string == "outpaint")
        #expect(reply.text.contains("must be at most \(longest)"), "\(reply.text)")
    }

    @Test func `the longest side can be configured`() throws {
        let service = TestService { $0.runware.longestSide = 100 }
        #expect(try service.send(Sent.outpaint(sides: #"{"right":37}"#)).codes == ["valueTooLarge"])
        #expect(try service.send(Sent.outpaint(sides: #"{"right":36}"#)).status == 200)
    }

    @Test func `the size rules of fast mode can be turned off`() throws {
        let narrow = Pictures.base64(Pictures.png(63, 64))
        let task = Sent.outpaint(#","settings":{"mode":"fast"}"#, image: narrow)
        #expect(try TestService().send(task).codes == ["invalidOutpaint"])
        #expect(try TestService { $0.runware.fastHasRules = false }.send(task).data.first?["imageURL"] != nil)
    }

    @Test(arguments: ["aGVsbG8=", "not base64!", "data:image/png,abc", "afed6468-1eca-46ef-a677-06aae34e47a4"])
    func `an invalid input image answers 400 and names inputs.image`(_ image: String) throws {
        let reply = try TestService().send(Sent.outpaint(image: image))
        #expect(reply.status == 400)
        #expect(try reply.errors.first?["parameter"]?.string == "inputs.image")
    }

    @Test func `a dry run reports the price and creates no task`() throws {
        let service = TestService()
        let reply = try service.send(
            Sent.outpaint(#","numberResults":2"#), fields: TestService.key + "x-runware-dry-run: 1\r\n")
        #expect(
            reply.text
                == #"{"data":[{"taskType":"imageInference","taskUUID":"\#(Sent.uuid)","cost":0.2}]}"#)
        #expect(service.tasks.counts.tasks == 0)
        #expect(try service.send(Sent.poll()).status == 404)
    }

    @Test func `a task that costs more than the balance answers 402`() throws {
        let service = TestService { $0.tasks.balance = 150_000 }
        #expect(try service.send(Sent.outpaint(#","numberResults":2"#)).status == 402)
        #expect(try service.send(Sent.outpaint()).status == 200)
        let reply = try service.send(Sent.outpaint(uuid: Sent.uuid(2)))
        #expect(try reply.codes == ["insufficientCredits"])
    }

    @Test func `a task with more results than may be active answers 429 and creates none`() throws {
        let service = TestService { $0.runware.activeTasks = 2 }
        let reply = try service.send(Sent.outpaint(#","numberResults":3"#))
        #expect(reply.status == 429 && reply["retry-after"] != nil)
        #expect(try reply.codes == ["rateLimitExceeded"])
        #expect(service.tasks.counts.tasks == 0)
        #expect(try service.send(Sent.outpaint(#","numberResults":2"#)).status == 200)
    }

    // MARK: - Watermarks and sizes

    private func base64(_ reply: Reply) throws -> String? {
        try reply.data.first?["imageBase64Data"]?.string
    }

    @Test func `each watermark parameter changes the picture`() throws {
        let service = TestService()
        let plain = #","outputFormat":"PNG","outputType":"base64Data""#
        let bare = try base64(service.send(Sent.outpaint(plain, uuid: Sent.uuid(1))))
        let small = Pictures.base64(Pictures.png(8, 8))
        let marks = [
            #"{"text":"Mark"}"#, #"{"text":"Mark","displayPosition":"top-left"}"#, #"{"text":"Mark","tiled":true}"#,
            ##"{"text":"Mark","fontColor":"#ff0000"}"##, ##"{"text":"Mark","bgColor":"#000000"}"##,
            #"{"text":"Mark","opacity":1}"#, #"{"image":"\#(small)"}"#, #"{"image":"\#(small)","opacity":0.1}"#,
        ]
        var found = Set([bare])
        for (number, mark) in marks.enumerated() {
            let more = plain + #","advancedFeatures":{"watermark":\#(mark)}"#
            let reply = try service.send(Sent.outpaint(more, uuid: Sent.uuid(10 + number)))
            #expect(reply.status == 200, "\(reply.text)")
            found.insert(try base64(reply))
        }
        #expect(found.count == marks.count + 1)
    }

    @Test func `an invalid watermark is refused with its error code`() throws {
        func codes(_ mark: String) throws -> [String] {
            try TestService().send(Sent.outpaint(#","advancedFeatures":{"watermark":\#(mark)}"#)).codes
        }
        #expect(try codes(#"{"text":"Mark","image":"aGk="}"#) == ["incompatibleParameters"])
        #expect(try codes(#"{"tiled":true}"#) == ["missingAdvancedFeaturesWatermark"])
        #expect(try codes(#"{"text":"M"}"#) == ["invalidAdvancedFeaturesWatermarkText"])
        #expect(try codes(#"{"text":"Mark","opacity":0.055}"#) == ["invalidAdvancedFeaturesWatermarkOpacity"])
        #expect(try codes(#"{"text":"Mark","fontColor":"red"}"#) == ["invalidAdvancedFeaturesWatermarkFontColor"])
        #expect(
            try codes(#"{"text":"Mark","displayPosition":"middle"}"#)
                == ["invalidAdvancedFeaturesWatermarkDisplayPosition"])
        #expect(try codes(#"{"image":"aGVsbG8="}"#) == ["invalidAdvancedFeaturesWatermarkImage"])
    }

    @Test func `a watermark at the top level is refused with a hint at its place`() throws {
        let reply = try TestService().send(Sent.outpaint(#","watermark":{"text":"Mark"}"#))
        #expect(try reply.codes == ["unsupportedParameter"])
        #expect(
            try reply.errors.first?["message"]?.string
                == "The parameter watermark is not supported. Did you mean advancedFeatures.watermark?")
    }

    @Test func `an output over four megapixels is scaled down by default`() throws {
        let service = TestService()
        let sides = #"{"right":4000,"bottom":4000,"left":64}"#
        let url = try #require(
            try service.send(Sent.outpaint(#","outputFormat":"PNG""#, sides: sides)).data.first?["imageURL"]?.string)
        let picture = try service.ask("GET", String(url.dropFirst("http://test".count)))
        let probe = try ImageProbe(picture.body.span)
        #expect(probe.width * probe.height <= 4_194_304 && probe.width * probe.height > 4_150_000)
        #expect(abs(Double(probe.width) / Double(probe.height) - 4128.0 / 4064.0) < 0.01)
    }
}
