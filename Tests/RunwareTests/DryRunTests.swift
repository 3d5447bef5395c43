import Testing

/// Dry runs, which validate and price a task without running it.
@Suite struct DryRunTests {
    private static let dry = TestService.key + "x-runware-dry-run: 1\r\n"

    private func upload(_ service: TestService) throws -> String {
        let task = #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid(7))","image":"\#(Pictures.base64)"}"#
        return try #require(try service.send(task).data.first?["imageUUID"]?.string)
    }

    private func delete(_ media: String) -> String {
        #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid(8))","operation":"delete","media":"\#(media)"}"#
    }

    @Test(arguments: [
        #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid)","image":"IMAGE"}"#,
        #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid)","operation":"upload","media":"IMAGE"}"#,
    ])
    func `a dry run validates an upload and does not store it`(_ task: String) throws {
        let service = TestService { $0.runware.mediaBytes = 0 }
        let told = try service.send(task.replacing("IMAGE", with: Pictures.base64), fields: Self.dry)
        #expect(try told.status == 200 && told.data.first?["cost"]?.double == 0)
        #expect(!told.text.contains("http"))
        #expect(try service.send(task.replacing("IMAGE", with: "AAAA"), fields: Self.dry).status == 400)
        // The dry run leaves no record of the task.
        #expect(try service.send(Sent.poll()).status == 404)
    }

    @Test func `a dry run deletes nothing`() throws {
        let service = TestService()
        let media = try upload(service)
        #expect(try service.send(delete(media), fields: Self.dry).data.first?["cost"]?.double == 0)
        #expect(try service.send(delete(Sent.uuid), fields: Self.dry).codes == ["mediaNotFound"])
        let other = "authorization: Bearer x\r\nx-runware-dry-run: 1\r\n"
        #expect(try service.send(delete(media), fields: other).codes == ["mediaNotFound"])
        #expect(try service.send(delete(media)).status == 200)
    }

    @Test func `a dry run reports a task UUID that is in use`() throws {
        let service = TestService()
        #expect(try service.send(Sent.outpaint(), fields: Self.dry).status == 200)
        #expect(try service.send(Sent.outpaint()).status == 200)
        #expect(try service.send(Sent.outpaint(), fields: Self.dry).codes == ["conflictTaskUUID"])
        // The dry run does not change the details of the task.
        let details = #"{"taskType":"getTaskDetails","taskUUID":"\#(Sent.uuid)"}"#
        let told = try service.send(details).text
        #expect(!told.contains("conflictTaskUUID"))
    }

    @Test func `a dry run reports insufficient credits`() throws {
        let service = TestService { $0.tasks.balance = 200_000 }
        #expect(try service.send(Sent.outpaint(#","numberResults":2"#), fields: Self.dry).status == 200)
        let told = try service.send(Sent.outpaint(#","numberResults":3"#), fields: Self.dry)
        #expect(try told.status == 402 && told.codes == ["insufficientCredits"])
    }
}
