import JSON
import TestSupport
import Testing

@testable import Runware

/// The tasks beside outpainting.
@Suite struct UtilityTests {
    private func upload(_ desk: Desk, uuid: String = Sent.uuid(100)) throws -> Reply {
        try desk.send(#"{"taskType":"imageUpload","taskUUID":"\#(uuid)","image":"\#(Pictures.base64)"}"#)
    }

    @Test func anUploadHasANameAndAnAddress() throws {
        let desk = Desk()
        let reply = try upload(desk)
        let item = try #require(try reply.data.first)
        #expect(item.members.map { $0.key.string } == ["taskType", "taskUUID", "imageUUID", "imageURL"])
        let url = try #require(item["imageURL"]?.string)
        let file = try desk.ask("GET", String(url.dropFirst("http://test".count)), fields: "")
        #expect(file.body == Pictures.png(64, 64) && file["content-type"] == "image/png")
    }

    @Test func picturesAreMadeOfUploadsAndOfWhatWasMade() throws {
        let desk = Desk()
        let kept = try #require(try upload(desk).data.first?["imageUUID"]?.string)
        let more = #","outputFormat":"PNG","outputType":"base64Data""#
        let byName = try desk.send(Sent.outpaint(more, uuid: Sent.uuid(1), image: kept)).data.first
        let byBytes = try desk.send(Sent.outpaint(more, uuid: Sent.uuid(2))).data.first
        #expect(byName?["imageBase64Data"]?.string == byBytes?["imageBase64Data"]?.string)
        let made = try #require(byName?["imageUUID"]?.string)
        let wider = try desk.send(Sent.outpaint(uuid: Sent.uuid(3), image: made))
        #expect(wider.status == 200)
        let stranger = "authorization: Bearer other\r\n"
        for name in [kept, made] {
            let reply = try desk.send(Sent.outpaint(uuid: Sent.uuid(4), image: name), fields: stranger)
            #expect(try reply.codes == ["mediaNotFound"])
        }
    }

    @Test func mediaAreKeptAndLetGo() throws {
        let desk = Desk()
        let kept = try desk.send(
            #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid)","operation":"upload","media":"\#(Pictures.base64)"}"#
        ).data.first
        #expect(kept?.members.map { $0.key.string } == ["taskType", "taskUUID", "operation", "mediaUUID", "mediaURL"])
        let uuid = try #require(kept?["mediaUUID"]?.string)
        let gone = #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid(2))","operation":"delete","media":"\#(uuid)"}"#
        #expect(try desk.send(gone, fields: "authorization: Bearer other\r\n").codes == ["mediaNotFound"])
        #expect(try desk.send(gone).data.first?["mediaUUID"]?.string == uuid)
        #expect(try desk.send(gone).codes == ["mediaNotFound"])
        #expect(try desk.send(Sent.outpaint(image: uuid)).codes == ["mediaNotFound"])
    }

    @Test func mediaGoWhenNobodyUsedThemForLong() throws {
        let desk = Desk()
        let uuid = try #require(try upload(desk).data.first?["imageUUID"]?.string)
        desk.time.pass(seconds: 29 * 86_400)
        #expect(try desk.send(Sent.outpaint(uuid: Sent.uuid(1), image: uuid)).status == 200)
        desk.time.pass(seconds: 29 * 86_400)
        #expect(try desk.send(Sent.outpaint(uuid: Sent.uuid(2), image: uuid)).status == 200)
        desk.time.pass(seconds: 30 * 86_400)
        #expect(try desk.send(Sent.outpaint(uuid: Sent.uuid(3), image: uuid)).codes == ["mediaNotFound"])
    }

    @Test func noMoreIsKeptThanMayBe() throws {
        let size = Pictures.png(64, 64).count
        let desk = Desk { $0.runware.mediaBytes = 2 * size }
        for number in 1...2 { #expect(try upload(desk, uuid: Sent.uuid(number)).status == 200) }
        #expect(try upload(desk, uuid: Sent.uuid(3)).status == 429)
        desk.time.pass(seconds: 31 * 86_400)
        #expect(try upload(desk, uuid: Sent.uuid(4)).status == 200)
    }

    @Test func whatIsNoImageIsNotKept() throws {
        let reply = try Desk().send(
            #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid)","image":"R0lGODlhAQABAAAAACw="}"#)
        #expect(try reply.codes == ["invalidImage"])
        #expect(try reply.errors.first?["documentation"]?.string?.hasSuffix("/image-upload#request-image") == true)
    }

    @Test func anAccountTellsWhatWasSpent() throws {
        let desk = Desk()
        _ = try desk.send(Sent.outpaint())
        desk.time.pass(seconds: 8 * 86_400)
        _ = try desk.send(Sent.outpaint(uuid: Sent.uuid(2)))
        let details = #"{"taskType":"accountManagement","taskUUID":"\#(Sent.uuid)","operation":"getDetails"}"#
        let item = try #require(try desk.send(details).data.first)
        #expect(item["balance"]?.double == 999_999.8)
        let usage = try #require(item["usage"])
        #expect(usage["total"]?["requests"]?.integer == 2 && usage["total"]?["credits"]?.double == 0.2)
        #expect(usage["last7Days"]?["requests"]?.integer == 1 && usage["today"]?["credits"]?.double == 0.1)
        #expect(usage["last30Days"]?["requests"]?.integer == 2)
        #expect(try !desk.send(details).text.contains("test-key"))
        let other = details.replacing("getDetails", with: "getUsageErrors")
        #expect(try desk.send(other).codes == ["invalidOperation"])
    }

    @Test func aBalanceMayBeAnObject() throws {
        let desk = Desk { $0.runware.balanceIsObject = true }
        let details = #"{"taskType":"accountManagement","taskUUID":"\#(Sent.uuid)","operation":"getDetails"}"#
        #expect(try desk.send(details).data.first?["balance"]?["amount"]?.double == 1_000_000)
    }

    @Test func aTasksDetailsAreWhatWasSentAndSaid() throws {
        let desk = Desk()
        let told = try desk.send(Sent.outpaint()).data.first?["imageUUID"]?.string
        let question = #"{"taskType":"getTaskDetails","taskUUID":"\#(Sent.uuid)"}"#
        let item = try #require(try desk.send(question).data.first)
        let request = try #require(item["request"].flatMap { Array($0.elements).first })
        #expect(request["outpaint"]?["right"]?.integer == 16)
        // Of the image, the beginning.
        #expect(request["inputs"]?["image"]?.string?.utf8.count == 200)
        let items = item["response"]?["data"].map { Array($0.elements) } ?? []
        #expect(items.map { $0["imageUUID"]?.string } == [told])
        // A refused replay is the last that was said.
        _ = try desk.send(Sent.outpaint())
        let replayed = try desk.send(question).data.first?["response"]
        #expect(replayed?["errors"].map { Array($0.elements).first?["code"]?.string } == "conflictTaskUUID")
        #expect(replayed?["data"] == nil)
    }

    @Test func detailsHaveAnEnd() throws {
        let desk = Desk { $0.runware.requestLimit = 2000 }
        let numbers = String(repeating: "1,", count: 10_000)
        _ = try desk.send(Sent.outpaint(#","other":[\#(numbers)1]"#))
        let reply = try desk.send(#"{"taskType":"getTaskDetails","taskUUID":"\#(Sent.uuid)"}"#)
        let request = try reply.data.first?["request"].flatMap { Array($0.elements).first }
        #expect(request?["outpaint"]?["right"]?.integer == 16)
        #expect(1...1000 ~= request?["other"]?.count ?? 0)
    }

    @Test func aRefusedTaskHasDetailsToo() throws {
        let desk = Desk()
        _ = try desk.send(Sent.outpaint(#","ttl":1"#))
        let question = #"{"taskType":"getTaskDetails","taskUUID":"\#(Sent.uuid)"}"#
        let response = try desk.send(question).data.first?["response"]
        #expect(response?["errors"].map { Array($0.elements).first?["code"]?.string } == "invalidTtl")
        #expect(try desk.send(question.replacing("afed", with: "beef")).codes == ["taskFailedOrNotFound"])
    }
}
