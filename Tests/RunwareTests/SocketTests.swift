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

    @Test func aCallerSaysWhoItIsAndIsHeard() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let caller = try SocketCaller(server, query: "?sdk=js&version=1.3.2")
            // Clients ping at once.
            #expect(try caller.ask(ping) == pong)
            let session = try caller.authenticate()
            #expect(TaskID(session.utf8.span) != nil)
            #expect(try caller.ask(ping) == pong)
            #expect(try item(caller.ask("[\(Sent.outpaint())]"))["taskUUID"]?.string == Sent.uuid)
        }
    }

    @Test func aWrongKeyIsToldWithoutATaskAndMayBeMendedLater() throws {
        let desk = Desk { $0.runware.keys = [APIKey("right")] }
        try withServer(desk.router) { server in
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

    @Test func aTaskBeforeTheKeyIsRefusedByItsName() throws {
        try withServer(Desk().router) { server in
            let caller = try SocketCaller(server)
            let refused = try error(caller.ask("[\(Sent.outpaint())]"))
            #expect(refused["code"]?.string == "missingApiKey" && refused["taskUUID"]?.string == Sent.uuid)
            #expect(refused["documentation"] == nil)
            let wrong = try error(caller.ask(#"[{"taskType":"ping","ping":"x"}]"#))
            #expect(wrong["code"]?.string == "invalidPing")
        }
    }

    @Test func eachResultAndEachTaskHasItsFrame() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            try caller.send(
                "[\(Sent.outpaint(#","numberResults":3"#, uuid: Sent.uuid(1))),\(Sent.outpaint(uuid: Sent.uuid(2)))]")
            var heard: [String] = []
            for _ in 0..<4 { heard.append(try item(caller.hear())["taskUUID"]?.string ?? "") }
            #expect(heard.sorted() == [Sent.uuid(1), Sent.uuid(1), Sent.uuid(1), Sent.uuid(2)])
        }
    }

    @Test func anAsynchronousTaskIsAcknowledgedAndNothingIsPushed() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            let ack = try caller.ask("[\(Sent.outpaint(#","deliveryMethod":"async","numberResults":2"#))]")
            #expect(ack == #"{"data":[{"taskType":"imageInference","taskUUID":"\#(Sent.uuid)"}]}"#)
            _ = try desk.ended(Sent.uuid)
            // All in one frame; and what comes next is what was asked for.
            let poll = try JSONDocument(parsing: ByteBuffer(caller.ask("[\(Sent.poll())]"))).root
            #expect(poll["data"]?.count == 2)
            #expect(try caller.ask(ping) == pong)
        }
    }

    @Test(arguments: [
        ("nonsense", "invalidJSON"), ("{}", "invalidRequest"), ("7", "invalidRequest"), ("[", "invalidJSON"),
        (#"[{"taskType":"dance"}]"#, "unsupportedTaskType"), ("[[]]", "invalidRequest"),
    ])
    func whatIsNoTaskIsToldAndNothingEnds(_ text: String, _ code: String) throws {
        try withServer(Desk().router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            #expect(try error(caller.ask(text))["code"]?.string == code)
            #expect(try caller.ask(ping) == pong)
        }
    }

    @Test func aBinaryMessageIsReadAlike() throws {
        try withServer(Desk().router) { server in
            let caller = try SocketCaller(server)
            try caller.client.send(2, ping)
            #expect(try caller.hear() == pong)
            try caller.client.raw.send(clientFrame(2, [0, 255, 7]))
            #expect(try error(caller.hear())["code"]?.string == "invalidJSON")
        }
    }

    @Test func aMessageTooLargeEndsItsSocketAndNoOther() throws {
        var limits = Limits()
        limits.webSocketMessage = 1 << 16
        try withServer(Desk().router, limits: limits) { server in
            let other = try SocketCaller(server)
            let caller = try SocketCaller(server)
            try caller.client.sendLarge(1, Array(repeating: 0x20, count: 1 << 17))
            #expect(try caller.client.receive().code == 1009)
            #expect(try other.ask(ping) == pong)
        }
    }

    @Test func tooManyTasksAreToldAtOnce() throws {
        try withServer(Desk().router) { server in
            let caller = try SocketCaller(server)
            _ = try caller.authenticate()
            let tasks = Array(repeating: Sent.poll(), count: 10_000).joined(separator: ",")
            try caller.client.sendLarge(1, Array("[\(tasks)]".utf8))
            #expect(try error(caller.hear())["code"]?.string == "valueTooLarge")
        }
    }

    @Test func aDryRunIsAskedForInTheAddress() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let caller = try SocketCaller(server, query: "?sdk=js&dryRun=1")
            _ = try caller.authenticate()
            #expect(try item(caller.ask("[\(Sent.outpaint())]"))["cost"]?.double == 0.1)
            #expect(desk.workshop.counts.tasks == 0)
        }
    }

    // MARK: - Sessions

    /// Sends a task and loses the connection; gives the session's name.
    private func lose(_ desk: Desk, _ server: LiveServer, _ uuid: String) throws -> String {
        let caller = try SocketCaller(server)
        let session = try caller.authenticate()
        try caller.client.raw.resetAtEnd()
        try caller.send("[\(Sent.outpaint(#","numberResults":2"#, uuid: uuid))]")
        // It is known that the task came before the connection goes.
        let key = TaskBook.Key(namespace: APIKey("test-key").namespace(in: "runware"), id: TaskID(uuid.utf8.span)!)
        #expect(eventually { desk.service.book.entry(key) != nil })
        return session
    }

    @Test func whatACallerMissedItGetsInItsSessionUnasked() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            // The connection is gone when the function is left; the pictures may be made before or after.
            let session = try lose(desk, server, Sent.uuid)
            #expect(eventually { desk.service.sessions.isAlone(session) })
            _ = try desk.ended(Sent.uuid)
            let caller = try SocketCaller(server)
            #expect(try caller.authenticate(session: session) == session)
            #expect(try item(caller.hear())["taskUUID"]?.string == Sent.uuid)
            #expect(try item(caller.hear())["taskUUID"]?.string == Sent.uuid)
            #expect(try caller.ask(ping) == pong)
        }
    }

    @Test func whatCanBeAskedAgainIsNotToldAgain() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let session: String
            do {
                let caller = try SocketCaller(server)
                session = try caller.authenticate()
                try caller.client.raw.resetAtEnd()
                _ = try caller.ask("[\(Sent.outpaint(#","deliveryMethod":"async""#))]")
                _ = try desk.ended(Sent.uuid)
                try caller.send("[\(Sent.poll()),\(Sent.outpaint())]")
                // An acknowledgement, a poll's answer and a refusal are what it may have missed.
                #expect(try caller.hear().contains("imageUUID"))
                #expect(try caller.hear().contains("conflictTaskUUID"))
            }
            #expect(eventually { desk.service.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try again.ask(ping) == pong)
        }
    }

    @Test func aSessionKeepsWhatThereIsMemoryFor() throws {
        // Enough for one result.
        let desk = Desk { $0.runware.sessionMemory = 700 }
        try withServer(desk.router) { server in
            let session = try lose(desk, server, Sent.uuid)
            #expect(eventually { desk.service.sessions.isAlone(session) })
            _ = try desk.ended(Sent.uuid)
            #expect(eventually { desk.service.sessions.memory.inUse > 0 })
            let caller = try SocketCaller(server)
            #expect(try caller.authenticate(session: session) == session)
            #expect(try item(caller.hear())["taskUUID"]?.string == Sent.uuid)
            #expect(try caller.ask(ping) == pong)
            // The other is not lost: it can be asked for. And what was told is forgotten.
            let poll = try JSONDocument(parsing: ByteBuffer(caller.ask("[\(Sent.poll())]"))).root
            #expect(poll["data"]?.count == 2)
            #expect(desk.service.sessions.memory.inUse == 0)
        }
    }

    @Test func aMissedUploadIsToldAgain() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let session: String
            do {
                let caller = try SocketCaller(server)
                session = try caller.authenticate()
                try caller.client.raw.resetAtEnd()
                let upload = #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid)","image":"\#(Pictures.base64)"}"#
                _ = try caller.ask("[\(upload)]")
            }
            #expect(eventually { desk.service.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try item(again.hear())["imageUUID"] != nil)
        }
    }

    /// Has a result sent that nobody reads, and more said meanwhile; gives the connection and the session's name.
    private func leaveUnread(_ desk: Desk, _ server: LiveServer) throws -> (SocketCaller, String) {
        let caller = try SocketCaller(server)
        let session = try caller.authenticate()
        try caller.send("[\(Sent.outpaint())]")
        #expect(eventually { caller.client.raw.hasInput })
        // It may have been on its way before the result was.
        try caller.send(ping)
        return (caller, session)
    }

    @Test func whatLiesUnreadBehindADeadConnectionIsToldWhereTheSessionGoesOn() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            // Nobody has noticed that the machine behind the first is gone.
            let (first, session) = try leaveUnread(desk, server)
            for _ in 0..<3 {
                let again = try SocketCaller(server)
                #expect(try again.authenticate(session: session) == session)
                #expect(try item(again.hear())["taskUUID"]?.string == Sent.uuid)
            }
            _ = first
        }
    }

    @Test func whatLiesUnreadWhenTheServerClosesIsToldAgain() throws {
        let desk = Desk()
        var limits = Limits()
        (limits.webSocketIdleTime, limits.lingerTime) = (.milliseconds(300), .milliseconds(50))
        try withServer(desk.router, limits: limits) { server in
            let (first, session) = try leaveUnread(desk, server)
            #expect(eventually { desk.service.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try item(again.hear())["taskUUID"]?.string == Sent.uuid)
            _ = first
        }
    }

    @Test func whatIsKnownToBeReadIsNotToldAgain() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let session: String
            do {
                let caller = try SocketCaller(server)
                session = try caller.authenticate()
                #expect(try item(caller.ask("[\(Sent.outpaint())]"))["taskUUID"]?.string == Sent.uuid)
                // Reading on, it finds the ping that stands behind the result.
                #expect(
                    try eventually { try caller.ask(ping) == pong && desk.service.sessions.memory.inUse == 0 })
            }
            #expect(eventually { desk.service.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try again.ask(ping) == pong)
        }
    }

    @Test func aPongToNoPingSaysNothing() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let session: String
            do {
                let (caller, name) = try leaveUnread(desk, server)
                session = name
                // A time, as some send it on their own.
                try caller.client.raw.send(clientFrame(10, [0, 0, 1, 0x9A, 0xBC, 0xDE, 0xF0, 0x12]))
            }
            #expect(eventually { desk.service.sessions.isAlone(session) })
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            #expect(try item(again.hear())["taskUUID"]?.string == Sent.uuid)
        }
    }

    @Test func aClientThatAnswersNoPingsIsNotToldForEver() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let (caller, _) = try leaveUnread(desk, server)
            #expect(desk.service.sessions.memory.inUse > 0)
            desk.time.pass(seconds: 120)
            try caller.send(ping)
            #expect(eventually { desk.service.sessions.memory.inUse == 0 })
        }
    }

    @Test func whoeverSendsMuchIsHeardAtTheServicesPace() throws {
        let desk = Desk { $0.runware.waitingMessages = 2 }
        try withServer(desk.router) { server in
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

    @Test func whoeverSendsMoreThanIsReadIsHeardNoMore() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let isOpen = Locked(false)
            for _ in 0..<2 { desk.service.threads.run { _ = eventually { isOpen.withLock { $0 } } } }
            let caller = try SocketCaller(server)
            let messages = (0..<10_000).flatMap { _ in clientFrame(1, "[") }
            var sent = 0
            // A second's silence of a server on the same machine is a server that has stopped reading.
            while sent < 40 << 20, caller.client.raw.canSend(withinMilliseconds: 1000) {
                sent += try caller.client.raw.sendSome(Array(messages[(sent % messages.count)...]))
            }
            // The kernel's buffers of both ends.
            #expect(sent < 20 << 20)
            isOpen.withLock { $0 = true }
        }
    }

    @Test func aSessionIsOverAfterTwoMinutes() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
            let session = try SocketCaller(server).authenticate()
            #expect(eventually { desk.service.sessions.isAlone(session) })
            desk.time.pass(milliseconds: 119_999)
            let again = try SocketCaller(server)
            #expect(try again.authenticate(session: session) == session)
            try again.client.close(1000)
            #expect(eventually { desk.service.sessions.isAlone(session) })
            desk.time.pass(seconds: 120)
            #expect(try SocketCaller(server).authenticate(session: session) != session)
            #expect(
                eventually {
                    // Its time runs from when it is noticed that nobody is there.
                    desk.time.pass(seconds: 120)
                    desk.service.sweep()
                    return desk.service.sessions.count == 0
                })
        }
    }

    @Test func anotherCallersSessionIsNotHanded() throws {
        try withServer(Desk().router) { server in
            let first = try SocketCaller(server)
            let session = try first.authenticate("a")
            #expect(try SocketCaller(server).authenticate("b", session: session) != session)
            #expect(try first.ask(ping) == pong)
        }
    }

    @Test func aSessionGoesOnWithTheLastThatNamesIt() throws {
        try withServer(Desk().router) { server in
            let first = try SocketCaller(server)
            let session = try first.authenticate()
            let second = try SocketCaller(server)
            #expect(try second.authenticate(session: session) == session)
            #expect(try first.client.receive().code == 1008)
            #expect(try second.ask(ping) == pong)
        }
    }

    @Test func aSocketThatGoesInTheMiddleDisturbsNobody() throws {
        let desk = Desk()
        try withServer(desk.router) { server in
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
    /// Whether nobody is in a session at the moment.
    fileprivate func isAlone(_ session: String) -> Bool {
        guard let id = TaskID(session.utf8.span) else { return false }
        return mailboxes.withLock { $0[id] }?.left != nil
    }
}
