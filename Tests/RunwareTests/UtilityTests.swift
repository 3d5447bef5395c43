import Imaging
import JSON
import TestSupport
import Testing

@testable import Runware

/// Uploads, media storage, account management and task details.
@Suite struct UtilityTests {
    private func upload(_ service: TestService, uuid: String = Sent.uuid(100)) throws -> Reply {
        try service.send(#"{"taskType":"imageUpload","taskUUID":"\#(uuid)","image":"\#(Pictures.base64)"}"#)
    }

    @Test func `an upload answers with an image UUID and a URL that serves the file`() throws {
        let service = TestService()
        let reply = try upload(service)
        let item = try #require(try reply.data.first)
        #expect(item.members.map { $0.key.string } == ["taskType", "taskUUID", "imageUUID", "imageURL"])
        let url = try #require(item["imageURL"]?.string)
        let file = try service.ask("GET", String(url.dropFirst("http://test".count)), fields: "")
        #expect(file.body == Pictures.png(64, 64) && file["content-type"] == "image/png")
    }

    @Test func `an upload or a result can be an input image for the same key alone`() throws {
        let service = TestService()
        let kept = try #require(try upload(service).data.first?["imageUUID"]?.string)
        let more = #","outputFormat":"PNG","outputType":"base64Data""#
        let byName = try service.send(Sent.outpaint(more, uuid: Sent.uuid(1), image: kept)).data.first
        let byBytes = try service.send(Sent.outpaint(more, uuid: Sent.uuid(2))).data.first
        #expect(byName?["imageBase64Data"]?.string == byBytes?["imageBase64Data"]?.string)
        let made = try #require(byName?["imageUUID"]?.string)
        let wider = try service.send(Sent.outpaint(uuid: Sent.uuid(3), image: made))
        #expect(wider.status == 200)
        let stranger = "authorization: Bearer other\r\n"
        for name in [kept, made] {
            let reply = try service.send(Sent.outpaint(uuid: Sent.uuid(4), image: name), fields: stranger)
            #expect(try reply.codes == ["mediaNotFound"])
        }
    }

    @Test func `an upload after the threads have stopped answers 503`() throws {
        let service = TestService()
        service.runware.threads.stop()
        #expect(try upload(service).status == 503)
    }

    @Test func `an upload answers 429 if the waiting uploads use all their memory`() throws {
        let service = TestService()
        #expect(service.runware.uploadsWaiting.take(1 << 30))
        let refused = try upload(service)
        #expect(try refused.status == 429 && refused.codes == ["rateLimitExceeded"] && refused["retry-after"] == "1")
        service.runware.uploadsWaiting.giveBack(1 << 30)
        #expect(try upload(service).status == 200)
        // Every upload has released its memory.
        #expect(eventually { service.runware.uploadsWaiting.take(1 << 30) && !service.runware.uploadsWaiting.take(1) })
    }

    @Test func `stored media can be deleted with the same key alone`() throws {
        let service = TestService()
        let kept = try service.send(
            #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid)","operation":"upload","media":"\#(Pictures.base64)"}"#
        ).data.first
        #expect(kept?.members.map { $0.key.string } == ["taskType", "taskUUID", "operation", "mediaUUID", "mediaURL"])
        let uuid = try #require(kept?["mediaUUID"]?.string)
        let gone = #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid(2))","operation":"delete","media":"\#(uuid)"}"#
        #expect(try service.send(gone, fields: "authorization: Bearer other\r\n").codes == ["mediaNotFound"])
        #expect(try service.send(gone).data.first?["mediaUUID"]?.string == uuid)
        #expect(try service.send(gone).codes == ["mediaNotFound"])
        #expect(try service.send(Sent.outpaint(image: uuid)).codes == ["mediaNotFound"])
    }

    @Test func `media expire 30 days after their last use`() throws {
        let service = TestService()
        let uuid = try #require(try upload(service).data.first?["imageUUID"]?.string)
        service.pass(.seconds(29 * 86_400))
        #expect(try service.send(Sent.outpaint(uuid: Sent.uuid(1), image: uuid)).status == 200)
        service.pass(.seconds(29 * 86_400))
        #expect(try service.send(Sent.outpaint(uuid: Sent.uuid(2), image: uuid)).status == 200)
        service.pass(.seconds(30 * 86_400))
        #expect(try service.send(Sent.outpaint(uuid: Sent.uuid(3), image: uuid)).codes == ["mediaNotFound"])
    }

    @Test func `an upload over the key's storage limit answers 429`() throws {
        let size = Pictures.png(64, 64).count
        let service = TestService { $0.runware.mediaBytes = 3 * size - 1 }
        for number in 1...2 { #expect(try upload(service, uuid: Sent.uuid(number)).status == 200) }
        #expect(try upload(service, uuid: Sent.uuid(3)).status == 429)
        service.pass(.seconds(31 * 86_400))
        #expect(try upload(service, uuid: Sent.uuid(4)).status == 200)
    }

    @Test func `an upload that is not an image is refused`() throws {
        let reply = try TestService().send(
            #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid)","image":"bm8gaW1hZ2U="}"#)
        #expect(try reply.codes == ["invalidImage"])
        #expect(try reply.errors.first?["documentation"]?.string?.hasSuffix("/image-upload#request-image") == true)
    }

    /// One black pixel in each format.
    static let gif = "R0lGODdhAQABAIAAAAAAAAAAACwAAAAAAQABAAACAkQBADs="
    static let bmp = "Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="

    @Test(arguments: [(gif, "gif"), (bmp, "bmp")])
    func `uploads accept formats that inline images do not`(_ file: String, _ ending: String) throws {
        let service = TestService()
        let upload = #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid(1))","image":"\#(file)"}"#
        let kept = try #require(try service.send(upload).data.first)
        let url = try #require(kept["imageURL"]?.string)
        #expect(url.hasSuffix("." + ending))
        let reply = try service.ask("GET", String(url.dropFirst("http://test".count)), fields: "")
        #expect(reply["content-type"] == "image/" + ending && Pictures.base64(reply.body) == file)
        let name = try #require(kept["imageUUID"]?.string)
        let sides = #"{"right":63,"bottom":63}"#
        #expect(try service.send(Sent.outpaint(uuid: Sent.uuid(2), image: name, sides: sides)).status == 200)
        let refused = try service.send(Sent.outpaint(uuid: Sent.uuid(3), image: file, sides: sides))
        #expect(try refused.codes == ["invalidInputsImage"])
        let message = try refused.errors.first?["message"]?.string
        #expect(message?.hasSuffix("Here, \(ending.uppercased()) is not read; PNG, JPEG and WebP are.") == true)
    }

    private func size(of picture: Reply) throws -> [Int] {
        let probe = try ImageProbe(picture.body.span)
        return [probe.width, probe.height]
    }

    @Test(arguments: [(300, 200, [100, 67]), (200, 300, [67, 100]), (1000, 1, [100, 1]), (100, 100, [100, 100])])
    func `an upload over the longest side is scaled down`(_ width: Int, _ height: Int, _ expected: [Int]) throws {
        let service = TestService { $0.runware.longestUpload = 100 }
        let file = Pictures.png(width, height)
        func keep(_ number: Int) throws -> Reply {
            let task =
                #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid(number))","operation":"upload","media":"\#(Pictures.base64(file))"}"#
            let url = try #require(try service.send(task).data.first?["mediaURL"]?.string)
            return try service.ask("GET", String(url.dropFirst("http://test".count)), fields: "")
        }
        let kept = try keep(1)
        #expect(try size(of: kept) == expected)
        // Scaling is deterministic, and a small image is stored unchanged.
        #expect(try keep(2).body == kept.body)
        #expect((kept.body == file) == (width <= 100))
    }

    @Test func `uploads can be kept at any size`() throws {
        let service = TestService { $0.runware.longestUpload = nil }
        let file = Pictures.png(3000, 1)
        let task = #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid)","image":"\#(Pictures.base64(file))"}"#
        let url = try #require(try service.send(task).data.first?["imageURL"]?.string)
        #expect(try service.ask("GET", String(url.dropFirst("http://test".count)), fields: "").body == file)
        let usual = try #require(try TestService().send(task).data.first?["imageURL"]?.string)
        #expect(usual.hasSuffix(".png"))
    }

    @Test func `an upload that cannot get decoding memory answers 429`() throws {
        let service = TestService { $0.runware.longestUpload = 100 }
        func upload(_ side: Int, _ number: Int) throws -> Reply {
            let file = Pictures.base64(Pictures.png(side, side))
            return try service.send(
                #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid(number))","image":"\#(file)"}"#)
        }
        let share = try #require(service.memory.share(of: 768 << 20))
        let refused = try upload(200, 1)
        #expect(try refused.status == 429 && refused.codes == ["rateLimitExceeded"])
        #expect(refused["retry-after"] == "1")
        // A small image is not decoded.
        #expect(try upload(100, 2).status == 200)
        share.giveBack()
        #expect(try upload(200, 3).status == 200)
        #expect(service.memory.inUse == 0)
    }

    @Test func `an upload that cannot be decoded for scaling is refused`() throws {
        let service = TestService { $0.runware.longestUpload = 100 }
        let file = Pictures.base64(Array(Pictures.png(200, 200).prefix(200)))
        let task = #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid)","image":"\#(file)"}"#
        #expect(try service.send(task).codes == ["invalidImage"])
        #expect(service.memory.inUse == 0)
    }

    @Test func `account details show the balance and the usage by period`() throws {
        let service = TestService()
        _ = try service.send(Sent.outpaint())
        service.pass(.seconds(8 * 86_400))
        _ = try service.send(Sent.outpaint(uuid: Sent.uuid(2)))
        let details = #"{"taskType":"accountManagement","taskUUID":"\#(Sent.uuid)","operation":"getDetails"}"#
        let item = try #require(try service.send(details).data.first)
        #expect(item["balance"]?.double == 999_999.8)
        let usage = try #require(item["usage"])
        #expect(usage["total"]?["requests"]?.integer == 2 && usage["total"]?["credits"]?.double == 0.2)
        #expect(usage["last7Days"]?["requests"]?.integer == 1 && usage["today"]?["credits"]?.double == 0.1)
        #expect(usage["last30Days"]?["requests"]?.integer == 2)
        #expect(try !service.send(details).text.contains("test-key"))
        let other = details.replacing("getDetails", with: "getUsageErrors")
        #expect(try service.send(other).codes == ["invalidOperation"])
    }

    @Test func `the balance can be returned as an object`() throws {
        let service = TestService { $0.runware.balanceIsObject = true }
        let details = #"{"taskType":"accountManagement","taskUUID":"\#(Sent.uuid)","operation":"getDetails"}"#
        #expect(try service.send(details).data.first?["balance"]?["amount"]?.double == 1_000_000)
    }

    @Test func `task details show the request and the latest response`() throws {
        let service = TestService()
        let told = try service.send(Sent.outpaint()).data.first?["imageUUID"]?.string
        let question = #"{"taskType":"getTaskDetails","taskUUID":"\#(Sent.uuid)"}"#
        let item = try #require(try service.send(question).data.first)
        let request = try #require(item["request"].flatMap { Array($0.elements).first })
        #expect(request["outpaint"]?["right"]?.integer == 16)
        // The image is cut to 200 bytes.
        #expect(request["inputs"]?["image"]?.string?.utf8.count == 200)
        let items = item["response"]?["data"].map { Array($0.elements) } ?? []
        #expect(items.map { $0["imageUUID"]?.string } == [told])
        // A refused duplicate replaces the response.
        _ = try service.send(Sent.outpaint())
        let replayed = try service.send(question).data.first?["response"]
        #expect(replayed?["errors"].map { Array($0.elements).first?["code"]?.string } == "conflictTaskUUID")
        #expect(replayed?["data"] == nil)
    }

    @Test func `the request in task details is truncated`() throws {
        let service = TestService { $0.runware.requestLimit = 2000 }
        let numbers = String(repeating: "1,", count: 10_000)
        _ = try service.send(Sent.outpaint(#","other":[\#(numbers)1]"#))
        let reply = try service.send(#"{"taskType":"getTaskDetails","taskUUID":"\#(Sent.uuid)"}"#)
        let request = try reply.data.first?["request"].flatMap { Array($0.elements).first }
        #expect(request?["outpaint"]?["right"]?.integer == 16)
        #expect(1...1000 ~= request?["other"]?.count ?? 0)
    }

    @Test func `a refused task has details`() throws {
        let service = TestService()
        _ = try service.send(Sent.outpaint(#","ttl":1"#))
        let question = #"{"taskType":"getTaskDetails","taskUUID":"\#(Sent.uuid)"}"#
        let response = try service.send(question).data.first?["response"]
        #expect(response?["errors"].map { Array($0.elements).first?["code"]?.string } == "invalidTtl")
        #expect(try service.send(question.replacing("afed", with: "beef")).codes == ["taskFailedOrNotFound"])
    }
}
