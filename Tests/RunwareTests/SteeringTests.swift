import Bytes
import JSON
import Steering
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// What a client can have the service do, over REST and over WebSockets.
@Suite struct SteeringTests {
    private func bearer(_ text: String) -> String { "authorization: Bearer test-key;\(text)\r\n" }

    private func add(_ texts: String..., to service: TestService) throws {
        for text in texts { _ = service.runware.steering.add(try SteeringText(text).rules) }
    }

    private func first(_ kind: StaticString, _ text: String) throws -> JSONValue {
        let root = try JSONDocument(parsing: ByteBuffer(text)).root
        return try #require(root[kind].flatMap { Array($0.elements).first }, "\(text)")
    }

    @Test(arguments: [
        ("life=error(out of memory)", 200, "processingFailed", "out of memory"),
        ("life=content-moderated(Violence)", 200, "contentPolicyViolation", "Violence"),
        ("life=request-moderated", 200, "contentPolicyViolation", "flagged"),
        ("submit=402", 402, "insufficientCredits", ""), ("submit=429 retry-after=3", 429, "rateLimitExceeded", ""),
        ("submit=403", 403, "", ""), ("submit=503", 503, "", ""),
    ])
    func `a task fails in the service's own words`(
        text: String, status: Int, code: String, message: String
    ) throws {
        let service = TestService()
        let reply = try service.send(Sent.outpaint(), fields: bearer(text))
        let error = try first("errors", reply.text)
        #expect(reply.status == status)
        #expect(code.isEmpty || error["code"]?.string == code, "\(reply.text)")
        #expect(error["message"]?.string?.contains(message) ?? false, "\(reply.text)")
        #expect(error["taskUUID"]?.string == Sent.uuid)
        #expect(reply["retry-after"] == (text.contains("retry-after") ? "3" : nil))
        // The same task goes through without the text.
        #expect(try service.send(Sent.outpaint(uuid: Sent.uuid(2))).status == 200)
    }

    @Test func `a checked task that is moderated has a flagged picture`() throws {
        let service = TestService()
        let checked = Sent.outpaint(#","safety":{"checkContent":true}"#)
        let reply = try service.send(checked, fields: bearer("life=content-moderated"))
        #expect(try first("data", reply.text)["NSFWContent"]?.bool == true)
        let plain = try service.send(Sent.outpaint(#","safety":{"checkContent":true}"#, uuid: Sent.uuid(2)))
        #expect(try first("data", plain.text)["NSFWContent"]?.bool == false)
    }

    @Test func `of rule, header and key the first decides, and the answer tells`() throws {
        let service = TestService()
        let header = "x-emulator: life=error(header)\r\n"
        func message(_ fields: String, _ number: Int) throws -> (String, String?) {
            let reply = try service.send(Sent.outpaint(uuid: Sent.uuid(number)), fields: fields)
            return (try first("errors", reply.text)["message"]?.string ?? "", reply["x-emulator-applied"])
        }
        let key = try message(bearer("life=error(key)"), 1)
        #expect(key.0.hasSuffix(": key.") && key.1 == "life=error(\"key\") (key)")
        let both = try message(bearer("life=error(key)") + header, 2)
        #expect(both.0.hasSuffix(": header.") && both.1 == "life=error(\"header\") (header)")
        var rule = try SteeringText("submit=503").rules[0]
        (rule.answer, rule.life) = (nil, try Life("error(rule)"))
        _ = service.runware.steering.add([rule])
        let all = try message(bearer("life=error(key)") + header, 3)
        #expect(all.0.hasSuffix(": rule.") && all.1 == "life=error(\"rule\") (rule 1)")
    }

    @Test func `polls pass through the steps of a life, and a rule answers one of them`() throws {
        let service = TestService()
        let task = Sent.outpaint(#","deliveryMethod":"async""#)
        _ = try service.send(task, fields: bearer("life=pending*2, ready"))
        try add("poll=503 times=1 skip=1", to: service)
        let polls = try (1...4).map { _ in try service.send(Sent.poll()) }
        #expect(polls.map(\.status) == [200, 503, 200, 200])
        #expect(polls[0].text.contains(#""status":"processing""#) && polls[2].text.contains(#""status":"processing""#))
        #expect(polls[3].text.contains(#""status":"success""#), "\(polls[3].text)")
    }

    @Test func `a task that is lost is not found`() throws {
        let service = TestService()
        _ = try service.send(Sent.outpaint(#","deliveryMethod":"async""#), fields: bearer("life=lost"))
        let error = try first("errors", service.send(Sent.poll()).text)
        let unknown = try first("errors", service.send(Sent.poll(Sent.uuid(9))).text)
        #expect(error["code"]?.string == unknown["code"]?.string)
    }

    @Test(arguments: [
        ("authorization: Bearer test-key;life=redy\r\n", "did you mean 'ready'?"),
        ("authorization: Bearer test-key\r\nx-emulator: submti=503\r\n", "did you mean 'submit'?"),
    ])
    func `a text that cannot be read is refused`(fields: String, hint: String) throws {
        let service = TestService()
        let reply = try service.send(Sent.outpaint(), fields: fields)
        #expect(reply.status == 400 || reply.status == 401, "\(reply.text)")
        #expect(reply.text.contains(hint) && service.tasks.counts.tasks == 0, "\(reply.text)")
    }

    @Test func `a session is steered by its key and by rules for its messages`() throws {
        let service = TestService()
        let ping = #"[{"taskType":"ping","ping":true}]"#
        let pong = #"{"data":[{"taskType":"ping","pong":true}]}"#
        try withServer(service.router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate("test-key;life=error(no)")
            let error = try first("errors", caller.ask("[\(Sent.outpaint())]"))
            #expect(error["message"]?.string?.hasSuffix(": no.") ?? false)
            try add("socket=drop times=1", "socket=repeat times=1 skip=1", to: service)
            try caller.send(ping)
            #expect(try caller.ask(ping) == pong)
            #expect(try caller.hear() == pong)
            #expect(try caller.ask(ping) == pong)
        }
    }
}
