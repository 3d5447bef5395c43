import Bytes
import HTTP
import JSON
import System
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// The service over WebSockets.
@Suite struct SocketTests {
    private let ping = #"[{"taskType":"ping","ping":true}]"#
    private let pong = #"{"data":[{"taskType":"ping","pong":true}]}"#

    private func item(_ text: String) throws -> JSONValue {
        let root = try JSONDocument(parsing: ByteBuffer(text)).root
        return try #require(root["data"].flatMap { Array($0.elements).first })
    }

    private func error(_ text: String) throws -> JSONValue {
        let root = try JSONDocument(parsing: ByteBuffer(text)).root
        return try #require(root["errors"].flatMap { Array($0.elements).first })
    }

    @Test func `a client can ping before authentication and run tasks after it`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let caller = try SocketCaller(server, query: "?sdk=js&version=1.3.2")
            // Clients send a ping before they authenticate.
            #expect(try caller.ask(ping) == pong)
            let session = try caller.authenticate()
            #expect(TaskID(session.utf8.span) != nil)
            #expect(try caller.ask(ping) == pong)
            #expect(try item(caller.ask("[\(Sent.outpaint())]"))["taskUUID"]?.string == Sent.uuid)
        }
    }

    @Test func `a failed authentication has an error without a task UUID and can be retried`() throws {
        let service = TestService { $0.runware.keys = [APIKey("right")] }
        try withServer(service.router) { server in
            let caller = try SocketCaller(server)
            let refused = try caller.ask(#"[{"taskType":"authentication","apiKey":"wrong"}]"#)
            #expect(
                refused == """
                    {"errors":[{"code":"invalidApiKey","message":"Invalid API key. Get one at \
                    https://my.runware.ai/signup","parameter":"apiKey","taskType":"authentication"}]}
                    """)
            let missing = try error(caller.ask(#"[{"taskType":"authentication"}]"#))
            #expect(missing["code"]?.string == "missingApiKey" && missing["taskUUID"] == nil)
            let extra = try error(caller.ask(#"[{"taskType":"authentication","apiKey":"right","a":1}]"#))
            #expect(extra["code"]?.string == "unsupportedParameter" && extra["taskUUID"] == nil)
            _ = try caller.authenticate("right")
        }
    }

    @Test func `a task before authentication is refused with its UUID`() throws {
        try withServer(TestService().router) { server in
            let caller = try SocketCaller(server)
            let refused = try error(caller.ask("[\(Sent.outpaint())]"))
            #expect(refused["code"]?.string == "missingApiKey" && refused["taskUUID"]?.string == Sent.uuid)
            #expect(refused["documentation"] == nil)
            let wrong = try error(caller.ask(#"[{"taskType":"ping","ping":"x"}]"#))
            #expect(wrong["code"]?.string == "invalidPing")
        }
    }

    @Test func `each result is sent in its own message`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            try caller.send(
                "[\(Sent.outpaint(#","numberResults":3"#, uuid: Sent.uuid(1))),\(Sent.outpaint(uuid: Sent.uuid(2)))]")
            var heard: [String] = []
            for _ in 0..<4 { heard.append(try item(caller.hear())["taskUUID"]?.string ?? "") }
            #expect(heard.sorted() == [Sent.uuid(1), Sent.uuid(1), Sent.uuid(1), Sent.uuid(2)])
        }
    }

    @Test func `an asynchronous task is acknowledged and its results are sent only to polls`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            let ack = try caller.ask("[\(Sent.outpaint(#","deliveryMethod":"async","numberResults":2"#))]")
            #expect(ack == #"{"data":[{"taskType":"imageInference","taskUUID":"\#(Sent.uuid)"}]}"#)
            _ = try service.ended(Sent.uuid)
            // One message holds all results, and the next message is the answer to the next request.
            let poll = try JSONDocument(parsing: ByteBuffer(caller.ask("[\(Sent.poll())]"))).root
            #expect(poll["data"]?.count == 2)
            #expect(try caller.ask(ping) == pong)
        }
    }

    @Test(arguments: [
        ("nonsense", "invalidJSON"), ("{}", "invalidRequest"), ("7", "invalidRequest"), ("[", "invalidJSON"),
        (#"[{"taskType":"dance"}]"#, "unsupportedTaskType"), ("[[]]", "invalidRequest"),
    ])
    func `an invalid message gets an error and the WebSocket stays open`(_ text: String, _ code: String) throws {
        try withServer(TestService().router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            #expect(try error(caller.ask(text))["code"]?.string == code)
            #expect(try caller.ask(ping) == pong)
        }
    }

    @Test func `a binary message is read like a text message`() throws {
        try withServer(TestService().router) { server in
            let caller = try SocketCaller(server)
            try caller.client.send(2, ping)
            #expect(try caller.hear() == pong)
            try caller.client.raw.send(clientFrame(2, [0, 255, 7]))
            #expect(try error(caller.hear())["code"]?.string == "invalidJSON")
        }
    }

    @Test func `a message over the limit closes its WebSocket and no other`() throws {
        var limits = Limits()
        limits.webSocketMessage = 1 << 16
        try withServer(TestService().router, limits: limits) { server in
            let other = try SocketCaller(server)
            let caller = try SocketCaller(server)
            try caller.client.sendLarge(1, Array(repeating: 0x20, count: 1 << 17))
            #expect(try caller.client.receive().code == 1009)
            #expect(try other.ask(ping) == pong)
        }
    }

    @Test func `a batch over the limit gets one error`() throws {
        try withServer(TestService().router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            let tasks = Array(repeating: Sent.poll(), count: 10_000).joined(separator: ",")
            try caller.client.sendLarge(1, Array("[\(tasks)]".utf8))
            #expect(try error(caller.hear())["code"]?.string == "valueTooLarge")
        }
    }

    @Test func `a query parameter makes every task a dry run`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let caller = try SocketCaller(server, query: "?sdk=js&dryRun=1")
            _ = try caller.authenticate()
            #expect(try item(caller.ask("[\(Sent.outpaint())]"))["cost"]?.double == 0.1)
            #expect(service.tasks.counts.tasks == 0)
        }
    }

    // MARK: - Sessions

    /// Sends a task and resets the connection; returns the session's ID.
    private func lose(_ service: TestService, _ server: LiveServer, _ uuid: String) throws -> String {
        let caller = try SocketCaller(server)
        let session = try caller.authenticate()
        try caller.client.raw.resetAtEnd()
        try caller.send("[\(Sent.outpaint(#","numberResults":2"#, uuid: uuid))]")
        // The server has the task before the connection is reset.
        let key = TaskIndex.Key(namespace: APIKey("test-key").namespace(in: "runware"), id: TaskID(uuid.utf8.span)!)
        #expect(eventually { service.runware.index.entry(key) != nil })
        return session
    }

    @Test func `a resumed session receives the results that were not delivered`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            // The connection is reset when `lose` returns; the results may be ready before or after that.
            let session = try lose(service, server, Sent.uuid)
            #expect(eventually { service.runware.sessions.isAlone(session) })
            _ = try service.ended(Sent.uuid)
            let caller = try SocketCaller(server)
            #expect(try caller.authenticate(session: session) == session)
            #expect(try item(caller.hear())["taskUUID"]?.string == Sent.uuid)
            #expect(try item(caller.hear())["taskUUID"]?.string == Sent.uuid)
            #expect(try caller.ask(ping) == pong)
        }
    }

    @Test func `a resumed session does not repeat acknowledgements, poll answers and refusals`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let session: String
            do {
                let caller = try SocketCaller(server)
                session = try caller.authenticate()
                try caller.client.raw.resetAtEnd()
                _ = try caller.ask("[\(Sent.outpaint(#","deliveryMethod":"async""#))]")
                _ = try service.ended(Sent.uuid)
                try caller.send("[\(Sent.poll()),\(Sent.outpaint())]")
                // The acknowledgement, the poll's answer and the refusal are unconfirmed.
                #expect(try caller.hear().contains("imageUUID"))
                #expect(try caller.hear().contains("conflictTaskUUID"))
            }
            #expect(eventually { service.runware.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try again.ask(ping) == pong)
        }
    }

    @Test func `a session keeps undelivered results up to its memory limit`() throws {
        // Enough for one result.
        let service = TestService { $0.runware.sessionMemory = 700 }
        try withServer(service.router) { server in
            let session = try lose(service, server, Sent.uuid)
            #expect(eventually { service.runware.sessions.isAlone(session) })
            _ = try service.ended(Sent.uuid)
            #expect(eventually { service.runware.sessions.memory.inUse > 0 })
            let caller = try SocketCaller(server)
            #expect(try caller.authenticate(session: session) == session)
            #expect(try item(caller.hear())["taskUUID"]?.string == Sent.uuid)
            #expect(try caller.ask(ping) == pong)
            // The other result can still be polled, and the session's memory is released.
            let poll = try JSONDocument(parsing: ByteBuffer(caller.ask("[\(Sent.poll())]"))).root
            #expect(poll["data"]?.count == 2)
            #expect(service.runware.sessions.memory.inUse == 0)
        }
    }

    @Test func `a resumed session receives the answer to an upload again`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let session: String
            do {
                let caller = try SocketCaller(server)
                session = try caller.authenticate()
                try caller.client.raw.resetAtEnd()
                let upload = #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid)","image":"\#(Pictures.base64)"}"#
                _ = try caller.ask("[\(upload)]")
            }
            #expect(eventually { service.runware.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try item(again.hear())["imageUUID"] != nil)
        }
    }

    /// Leaves a result unread while the client sends a ping; returns the connection and the session's ID.
    private func leaveUnread(_ service: TestService, _ server: LiveServer) throws -> (SocketCaller, String) {
        let caller = try SocketCaller(server)
        let session = try caller.authenticate()
        try caller.send("[\(Sent.outpaint())]")
        #expect(eventually { caller.client.raw.hasInput })
        // Not a confirmation: the client may have sent the ping before the result arrived.
        try caller.send(ping)
        return (caller, session)
    }

    @Test func `results unread on a dead connection are sent again when the session is resumed`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            // The server has not noticed that the first connection is dead.
            let (first, session) = try leaveUnread(service, server)
            for _ in 0..<3 {
                let again = try SocketCaller(server)
                #expect(try again.authenticate(session: session) == session)
                #expect(try item(again.hear())["taskUUID"]?.string == Sent.uuid)
            }
            _ = first
        }
    }

    @Test func `results unread when the server closes an idle WebSocket are sent again`() throws {
        let service = TestService()
        var limits = Limits()
        (limits.webSocketIdleTime, limits.lingerTime) = (.milliseconds(300), .milliseconds(50))
        try withServer(service.router, limits: limits) { server in
            let (first, session) = try leaveUnread(service, server)
            #expect(eventually { service.runware.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try item(again.hear())["taskUUID"]?.string == Sent.uuid)
            _ = first
        }
    }

    @Test func `results whose delivery a pong confirmed are not sent again`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let session: String
            do {
                let caller = try SocketCaller(server)
                session = try caller.authenticate()
                #expect(try item(caller.ask("[\(Sent.outpaint())]"))["taskUUID"]?.string == Sent.uuid)
                // The client answers the server's ping, which follows the result.
                #expect(
                    try eventually { try caller.ask(ping) == pong && service.runware.sessions.memory.inUse == 0 })
            }
            #expect(eventually { service.runware.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try again.ask(ping) == pong)
        }
    }

    @Test func `an unsolicited pong does not confirm delivery`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let session: String
            do {
                let (caller, name) = try leaveUnread(service, server)
                session = name
                // A timestamp, as sent by clients that use pongs as a heartbeat.
                try caller.client.raw.send(clientFrame(10, [0, 0, 1, 0x9A, 0xBC, 0xDE, 0xF0, 0x12]))
            }
            #expect(eventually { service.runware.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try item(again.hear())["taskUUID"]?.string == Sent.uuid)
        }
    }

    @Test func `unconfirmed results expire after two minutes`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let (caller, _) = try leaveUnread(service, server)
            #expect(service.runware.sessions.memory.inUse > 0)
            service.pass(.seconds(120))
            try caller.send(ping)
            #expect(eventually { service.runware.sessions.memory.inUse == 0 })
        }
    }

    @Test func `a client with more messages than may wait gets an answer to each`() throws {
        let service = TestService { $0.runware.waitingMessages = 2 }
        try withServer(service.router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            let messages = (1...500).flatMap { clientFrame(1, "[\(Sent.poll(Sent.uuid($0)))]") }
            try caller.client.raw.send(messages)
            for number in 1...500 {
                #expect(try error(caller.hear())["taskUUID"]?.string == Sent.uuid(number))
            }
            #expect(try caller.ask(ping) == pong)
        }
    }

    @Test func `the server stops reading from a client while its messages wait`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let isOpen = Locked(false)
            for _ in 0..<2 { service.runware.threads.run { _ = eventually { isOpen.withLock { $0 } } } }
            let caller = try SocketCaller(server)
            let messages = (0..<10_000).flatMap { _ in clientFrame(1, "[") }
            var sent = 0
            // A local server that accepts no bytes for a second has stopped reading.
            while sent < 40 << 20, caller.client.raw.canSend(withinMilliseconds: 1000) {
                sent += try caller.client.raw.sendSome(Array(messages[(sent % messages.count)...]))
            }
            // The kernel's socket buffers of both ends hold this much.
            #expect(sent < 20 << 20)
            isOpen.withLock { $0 = true }
        }
    }

    @Test func `a session expires two minutes after its WebSocket closed`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            let session = try SocketCaller(server).authenticate()
            #expect(eventually { service.runware.sessions.isAlone(session) })
            service.pass(.milliseconds(119_999))
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            try again.client.close(1000)
            #expect(eventually { service.runware.sessions.isAlone(session) })
            service.pass(.seconds(120))
            #expect(try SocketCaller(server).authenticate(session: session) != session)
            #expect(
                eventually {
                    // The two minutes start when the server notices the lost connection.
                    service.pass(.seconds(120))
                    return service.runware.sessions.count == 0
                })
        }
    }

    @Test func `a session cannot be resumed with another key`() throws {
        try withServer(TestService().router) { server in
            let first = try SocketCaller(server)
            let session = try first.authenticate("a")
            #expect(try SocketCaller(server).authenticate("b", session: session) != session)
            #expect(try first.ask(ping) == pong)
        }
    }

    @Test func `resuming a session closes its earlier WebSocket`() throws {
        try withServer(TestService().router) { server in
            let first = try SocketCaller(server)
            let session = try first.authenticate()
            let second = try SocketCaller(server)
            #expect(try second.authenticate(session: session) == session)
            #expect(try first.client.receive().code == 1008)
            #expect(try second.ask(ping) == pong)
        }
    }

    @Test func `WebSockets reset in mid-frame do not affect other clients`() throws {
        let service = TestService()
        try withServer(service.router) { server in
            for _ in 0..<5 {
                let caller = try SocketCaller(server)
                _ = try caller.authenticate()
                try caller.client.raw.resetAtEnd()
                try caller.client.raw.send([0x81, 0xFE, 0x10, 0x00, 1, 2, 3, 4, 5, 6])
            }
            let other = try SocketCaller(server)
            _ = try other.authenticate()
            #expect(try item(other.ask("[\(Sent.outpaint())]"))["taskUUID"]?.string == Sent.uuid)
        }
    }
}

extension Sessions {
    /// Whether a session has no connection.
    fileprivate func isAlone(_ session: String) -> Bool {
        guard let id = TaskID(session.utf8.span) else { return false }
        return sessions.withLock { $0[id] }?.left != nil
    }
}
