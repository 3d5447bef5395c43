import Testing

/// Dry runs, which check and price and do nothing.
@Suite struct DryRunTests {
    private static let dry = Desk.key + "x-runware-dry-run: 1\r\n"

    private func upload(_ desk: Desk) throws -> String {
        let task = #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid(7))","image":"\#(Pictures.base64)"}"#
        return try #require(try desk.send(task).data.first?["imageUUID"]?.string)
    }

    private func delete(_ media: String) -> String {
        #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid(8))","operation":"delete","media":"\#(media)"}"#
    }

    @Test(arguments: [
        #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid)","image":"IMAGE"}"#,
        #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid)","operation":"upload","media":"IMAGE"}"#,
    ])
    func anUploadIsLookedAtAndNotKept(_ task: String) throws {
        let desk = Desk { $0.runware.mediaBytes = 0 }
        let told = try desk.send(task.replacing("IMAGE", with: Pictures.base64), fields: Self.dry)
        #expect(try told.status == 200 && told.data.first?["cost"]?.double == 0)
        #expect(!told.text.contains("http"))
        #expect(try desk.send(task.replacing("IMAGE", with: "AAAA"), fields: Self.dry).status == 400)
        // Nothing of it is known.
        #expect(try desk.send(Sent.poll()).status == 404)
    }

    @Test func nothingIsDeleted() throws {
        let desk = Desk()
        let media = try upload(desk)
        #expect(try desk.send(delete(media), fields: Self.dry).data.first?["cost"]?.double == 0)
        #expect(try desk.send(delete(Sent.uuid), fields: Self.dry).codes == ["mediaNotFound"])
        let other = "authorization: Bearer x\r\nx-runware-dry-run: 1\r\n"
        #expect(try desk.send(delete(media), fields: other).codes == ["mediaNotFound"])
        #expect(try desk.send(delete(media)).status == 200)
    }

    @Test func aNameThatIsTakenIsFound() throws {
        let desk = Desk()
        #expect(try desk.send(Sent.outpaint(), fields: Self.dry).status == 200)
        #expect(try desk.send(Sent.outpaint()).status == 200)
        #expect(try desk.send(Sent.outpaint(), fields: Self.dry).codes == ["conflictTaskUUID"])
        // That it was asked for is not told of the task.
        let details = #"{"taskType":"getTaskDetails","taskUUID":"\#(Sent.uuid)"}"#
        let told = try desk.send(details).text
        #expect(!told.contains("conflictTaskUUID"))
    }

    @Test func creditsThatDoNotSufficeAreFound() throws {
        let desk = Desk { $0.tasks.balance = 200_000 }
        #expect(try desk.send(Sent.outpaint(#","numberResults":2"#), fields: Self.dry).status == 200)
        let told = try desk.send(Sent.outpaint(#","numberResults":3"#), fields: Self.dry)
        #expect(try told.status == 402 && told.codes == ["insufficientCredits"])
    }
}
