import Bytes
import JSON
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// Settings for behavior of the real service that is not documented.
@Suite struct GuessTests {
    private func item(_ text: String) throws -> JSONValue {
        let root = try JSONDocument(parsing: ByteBuffer(text)).root
        return try #require((root["data"] ?? root["errors"]).flatMap { Array($0.elements).first })
    }

    // MARK: - Errors

    @Test(arguments: [
        (#","ttl":1"#, "", "invalidTtl"), ("", #"{"right":-1}"#, "invalidRight"), ("", "{}", "missingOutpaint"),
        (#","advancedFeatures":{"watermark":{"text":"Mark","opacity":2}}"#, "", "invalidOpacity"),
    ])
    func `an error code can omit the parameter's path`(_ more: String, _ sides: String, _ code: String) throws {
        let service = TestService { $0.runware.codes = .name }
        let task = sides.isEmpty ? Sent.outpaint(more) : Sent.outpaint(more, sides: sides)
        #expect(try service.send(task).codes == [code])
    }

    @Test func `the error code of an image can omit its path`() throws {
        let service = TestService { $0.runware.codes = .name }
        let refused = try service.send(Sent.outpaint(image: "bm8gaW1hZ2U="))
        #expect(try refused.codes == ["invalidImage"])
        #expect(try refused.errors.first?["parameter"]?.string == "inputs.image")
    }

    @Test func `the UUID of a finished task can be reusable`() throws {
        let service = TestService { $0.runware.conflictsAfterEnd = false }
        let first = try service.send(Sent.outpaint()).data.first?["imageUUID"]?.string
        let second = try service.send(Sent.outpaint()).data.first?["imageUUID"]?.string
        #expect(first != nil && second != nil && first != second)
        // A poll for the UUID returns the latest task.
        #expect(try service.ended(Sent.uuid).data.first?["imageUUID"]?.string == second)
    }

    // MARK: - Dry runs

    @Test(arguments: [(Runware.Settings.Estimate.total, [0.3]), (.each, [0.1, 0.1, 0.1])])
    func `a dry run reports a total or one cost a result`(_ form: Runware.Settings.Estimate, _ costs: [Double]) throws {
        let service = TestService { $0.runware.estimate = form }
        let dry = TestService.key + "x-runware-dry-run: 1\r\n"
        let told = try service.send(Sent.outpaint(#","numberResults":3"#), fields: dry).data
        #expect(told.map { $0["cost"]?.double } == costs)
        #expect(told.allSatisfy { $0["taskUUID"]?.string == Sent.uuid })
        #expect(service.tasks.counts.tasks == 0)
    }

    // MARK: - Watermarks

    @Test(arguments: [
        (
            Runware.Settings.Positions.middle,
            [
                "top-left", "top-middle", "top-right", "middle-left", "middle", "middle-right", "bottom-left",
                "bottom-middle", "bottom-right",
            ]
        ),
        (.short, ["top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"]),
    ])
    func `watermark positions can be renamed`(_ positions: Runware.Settings.Positions, _ names: [String]) throws {
        let service = TestService { $0.runware.positions = positions }
        func picture(_ service: TestService, _ place: String, _ number: Int) throws -> Reply {
            let mark = #","advancedFeatures":{"watermark":{"text":"Mark","displayPosition":"\#(place)"}}"#
            return try service.send(
                Sent.outpaint(#","outputFormat":"PNG","outputType":"base64Data""# + mark, uuid: Sent.uuid(number)))
        }
        let usual = TestService()
        for (number, name) in names.enumerated() {
            let place = [
                "top-left", "top-center", "top-right", "center-left", "center", "center-right", "bottom-left",
                "bottom-center", "bottom-right",
            ][number]
            let (ours, theirs) = (try picture(service, name, number), try picture(usual, place, number))
            #expect(try ours.data.first?["imageBase64Data"]?.string == theirs.data.first?["imageBase64Data"]?.string)
        }
        let refused = try picture(service, "top-center", 20)
        #expect(try refused.codes == ["invalidAdvancedFeaturesWatermarkDisplayPosition"])
        let allowed = try refused.errors.first?["allowedValues"].map { $0.elements.map(\.string) }
        #expect(allowed == names)
    }

    // MARK: - WebSockets

    @Test func `a wrong key can close its WebSocket`() throws {
        let service = TestService {
            $0.runware.keys = [APIKey("right")]
            $0.runware.wrongKeyCode = 4001
        }
        try withServer(service.router) { server in
            let caller = try SocketCaller(server)
            // The error precedes the close frame, since clients wait for the error.
            #expect(
                try item(caller.ask(#"[{"taskType":"authentication","apiKey":"wrong"}]"#))["code"]?.string
                    == "invalidApiKey")
            #expect(try caller.client.receive().code == 4001)
            _ = try SocketCaller(server).authenticate("right")
        }
    }

    @Test func `an expired session can be refused`() throws {
        let service = TestService { $0.runware.refusesStaleSessions = true }
        try withServer(service.router) { server in
            let caller = try SocketCaller(server)
            let stale = #"[{"taskType":"authentication","apiKey":"a","connectionSessionUUID":"\#(Sent.uuid)"}]"#
            let refused = try item(caller.ask(stale))
            #expect(refused["code"]?.string == "invalidConnectionSessionUUID")
            #expect(refused["taskType"]?.string == "authentication" && refused["taskUUID"] == nil)
            let session = try caller.authenticate("a")
            #expect(try SocketCaller(server).authenticate("a", session: session) == session)
        }
    }

    @Test func `the close code of a resumed session's old WebSocket can be configured`() throws {
        let service = TestService { $0.runware.takeoverCode = 1000 }
        try withServer(service.router) { server in
            let first = try SocketCaller(server)
            let session = try first.authenticate()
            #expect(try SocketCaller(server).authenticate(session: session) == session)
            #expect(try first.client.receive().code == 1000)
        }
    }
}
