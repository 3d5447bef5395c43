import Bytes
import HTTP
import JSON
import Synchronization
import System
import TestSupport
import Testing

@testable import Tasks

/// Webhooks and uploads of results, and fetches of input images.
@Suite struct OutgoingTests {
    /// A server that records the webhooks and uploads it receives.
    private final class Receiver: Sendable {
        struct Heard: Sendable {
            let method: String
            let type: String
            let body: [UInt8]
            var text: String { String(decoding: body, as: UTF8.self) }
        }

        private let state = Locked((heard: [Heard](), refusals: 0))

        var heard: [Heard] { state.withLock { $0.heard } }

        /// Answers the next `count` requests with 403.
        func refuse(_ count: Int) { state.withLock { $0.refusals = count } }

        var router: Router {
            Router([
                Route(
                    [.post, .put], "/in", wantsBody: true,
                    .now { request in
                        let heard = Heard(
                            method: request.methodName.text, type: request.field("content-type")?.text ?? "",
                            body: request.body.bytes.indices.map { request.body.bytes[$0] })
                        let isRefused = self.state.withLock { state in
                            state.heard.append(heard)
                            defer { state.refusals = max(0, state.refusals - 1) }
                            return state.refusals > 0
                        }
                        return Response(isRefused ? Status(403) : .noContent)
                    })
            ])
        }
    }

    private func withReceiver(_ body: (Receiver, _ url: String) throws -> Void) throws {
        let receiver = Receiver()
        try withServer(receiver.router) { server in
            try body(receiver, "http://127.0.0.1:\(server.address.port)/in")
        }
    }

    private func isTold(_ receiver: Receiver, _ count: Int) -> Bool { eventually { receiver.heard.count >= count } }

    @Test func `each result is posted to the webhook in its own request`() throws {
        let service = TestService()
        try withReceiver { receiver, url in
            let reply = try service.send(
                Sent.outpaint(#","numberResults":2,"deliveryMethod":"async","webhookURL":"\#(url)""#))
            #expect(reply.text == #"{"data":[{"taskType":"imageInference","taskUUID":"\#(Sent.uuid)"}]}"#)
            #expect(isTold(receiver, 2))
            let told = try receiver.heard.map { try JSONDocument(parsing: ByteBuffer($0.text)).root }
            #expect(receiver.heard.allSatisfy { $0.method == "POST" && $0.type == "application/json" })
            #expect(told.allSatisfy { $0["taskUUID"]?.string == Sent.uuid && $0["status"] == nil })
            let polled = try service.ended(Sent.uuid).data.map { $0["imageUUID"]?.string }
            #expect(Set(told.map { $0["imageUUID"]?.string }) == Set(polled))
        }
    }

    @Test func `a synchronous task with a webhook answers with its result and posts it`() throws {
        let service = TestService()
        try withReceiver { receiver, url in
            let item = try service.send(Sent.outpaint(#","webhookURL":"\#(url)""#)).data.first
            #expect(item?["imageUUID"] != nil)
            #expect(isTold(receiver, 1))
        }
    }

    @Test func `a synchronous task with a webhook can be acknowledged only`() throws {
        let service = TestService { $0.runware.webhookAcknowledges = true }
        try withReceiver { receiver, url in
            let reply = try service.send(Sent.outpaint(#","webhookURL":"\#(url)""#))
            #expect(reply.text == #"{"data":[{"taskType":"imageInference","taskUUID":"\#(Sent.uuid)"}]}"#)
            #expect(isTold(receiver, 1))
        }
    }

    @Test func `a webhook's body can have the same form as the response`() throws {
        let service = TestService { $0.runware.wrapsWebhooks = true }
        try withReceiver { receiver, url in
            let text = try service.send(Sent.outpaint(#","webhookURL":"\#(url)""#)).text
            #expect(isTold(receiver, 1))
            #expect(receiver.heard.first?.text == text)
        }
    }

    @Test func `the error of a failed task is posted to the webhook`() throws {
        let service = TestService()
        let broken = Pictures.base64(Array(Pictures.png(64, 64).prefix(60)))
        try withReceiver { receiver, url in
            _ = try service.send(Sent.outpaint(#","webhookURL":"\#(url)""#, image: broken))
            #expect(isTold(receiver, 1))
            let told = try JSONDocument(parsing: ByteBuffer(receiver.heard.first?.text ?? "")).root
            #expect(told["code"]?.string == "processingFailed" && told["taskUUID"]?.string == Sent.uuid)
        }
    }

    @Test func `a refused webhook is retried with increasing delays`() throws {
        let service = TestService { $0.runware.webhookRetries = 2 }
        try withReceiver { receiver, url in
            receiver.refuse(100)
            _ = try service.send(Sent.outpaint(#","webhookURL":"\#(url)""#))
            #expect(isTold(receiver, 1))
            // The delays are 250 ms and 500 ms, plus at most a quarter.
            for (number, wait) in [(2, 313), (3, 626)] {
                #expect(
                    eventually {
                        service.pass(.milliseconds(wait))
                        return receiver.heard.count >= number
                    })
            }
            service.pass(.seconds(3600))
            // The pool has one thread, so the upload arrives after any further retry.
            receiver.refuse(0)
            _ = try service.send(Sent.outpaint(#","uploadEndpoint":"\#(url)""#, uuid: Sent.uuid(2)))
            #expect(isTold(receiver, 4))
            #expect(receiver.heard.map(\.method) == ["POST", "POST", "POST", "PUT"])
            #expect(Set(receiver.heard.prefix(3).map(\.text)).count == 1)
        }
    }

    /// On shutdown the server waits for unsent tasks alone: results to be polled are lost with the process.
    @Test func `tasks with a webhook or an upload count as unsent and other tasks do not`() throws {
        let service = TestService { $0.runware.fill = "mosaic" }
        // The first task takes longer than submitting the others.
        let sides = #"{"right":1984,"bottom":1984}"#
        for (number, more) in ["", #","webhookURL":"http://a.invalid/""#, #","uploadEndpoint":"http://a.invalid/""#]
            .enumerated()
        {
            let task = Sent.outpaint(#","deliveryMethod":"async""# + more, uuid: Sent.uuid(number), sides: sides)
            #expect(try service.send(task).status == 200)
            #expect(eventually { service.tasks.registry.unsentTasks == number })
        }
    }

    @Test func `the result's file is put to the upload endpoint`() throws {
        let service = TestService()
        try withReceiver { receiver, url in
            let more = #","outputFormat":"PNG","outputType":"base64Data","uploadEndpoint":"\#(url)""#
            let item = try service.send(Sent.outpaint(more)).data.first
            #expect(isTold(receiver, 1))
            let put = try #require(receiver.heard.first)
            #expect(put.method == "PUT" && put.type == "image/png")
            #expect(Pictures.base64(put.body) == item?["imageBase64Data"]?.string)
        }
    }

    @Test func `an image that cannot be fetched is reported to the webhook`() throws {
        let service = TestService()
        try withReceiver { receiver, url in
            let more = #","webhookURL":"\#(url)","deliveryMethod":"async""#
            let taken = try service.send(Sent.outpaint(more, image: "http://127.0.0.1:1/"))
            #expect(taken.status == 200)
            #expect(eventually { receiver.heard.count == 1 })
            let text = receiver.heard.first?.text ?? ""
            #expect(text.hasPrefix(#"{"code":"invalidInputsImage","status":"error""#) && text.contains(Sent.uuid))
            // The task was accepted, so its UUID is in use.
            #expect(try service.send(Sent.outpaint()).codes == ["conflictTaskUUID"])
        }
    }

    @Test func `a failed delivery is reported with its task UUID and its host`() throws {
        let service = TestService { $0.runware.webhookRetries = 0 }
        try withReceiver { receiver, url in
            receiver.refuse(100)
            _ = try service.send(
                Sent.outpaint(#","webhookURL":"\#(url)?token=s3cret","uploadEndpoint":"\#(url)""#))
            #expect(eventually { service.deliveries.withLock { $0.count } == 2 })
            let told = service.deliveries.withLock { $0 }
            #expect(Set(told.map(\.kind)) == [.webhook, .upload])
            #expect(told.allSatisfy { $0.subject == Sent.uuid && $0.host == url.dropFirst(7).dropLast(3) })
            #expect(told.allSatisfy { $0.tries == 1 && $0.outcome == .failure(.status(403)) && $0.nextTry == nil })
        }
    }

    @Test(arguments: [
        Sent.outpaint(uuid: "@name", image: "@address"),
        #"{"taskType":"imageUpload","taskUUID":"@name","image":"@address"}"#,
    ])
    func `silent hosts of one key do not delay the fetches of another`(task: String) throws {
        let image = Pictures.png(64, 64)
        let router = Router([
            .get("/a.png") { _ in Response(.ok, contentType: "image/png", .bytes(ByteBuffer(image.span))) }
        ])
        try withServer(router) { server in
            try Peer.serving({ try $1.waitForEnd() }) { silent in
                let service = TestService { $0.fetchThreads = 2 }
                let number = Atomic(0)
                @Sendable func ask(_ url: String, _ fields: String) throws -> Reply {
                    let uuid = Sent.uuid(number.add(1, ordering: .relaxed).newValue)
                    return try service.send(
                        task.replacing("@name", with: uuid).replacing("@address", with: url), fields: fields)
                }
                let greedy = try Thread("greedy") { try? onThreads(4) { _ = try? ask(silent.url(), TestService.key) } }
                #expect(eventually { silent.requests.count == 1 && service.fetches.count == 4 })
                let url = "http://127.0.0.1:\(server.address.port)/a.png"
                #expect(try ask(url, "authorization: Bearer other\r\n").status == 200)
                // The four fetches of the first key are still running or queued.
                #expect(eventually { service.fetches.count == 4 })
                service.fetches.stop()
                greedy.join()
            }
        }
    }

    @Test func `a full fetch queue answers 429 and a stopped one 503`() throws {
        let service = TestService { $0.fetchQueue = 1 }
        let isOpen = Locked(false)
        let isBusy = Locked(false)
        let somebody = APIKey("somebody").namespace(in: "test")
        try service.fetches.submit(for: somebody) { _ in
            isBusy.withLock { $0 = true }
            _ = eventually { isOpen.withLock { $0 } }
        }
        #expect(eventually { isBusy.withLock { $0 } })
        try service.fetches.submit(for: somebody) { _ in }
        let reply = try service.send(Sent.outpaint(image: "http://127.0.0.1:1/"))
        #expect(try reply.status == 429 && reply["retry-after"] == "1" && reply.codes == ["rateLimitExceeded"])
        let upload = try service.send(
            #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid(3))","image":"http://127.0.0.1:1/"}"#)
        #expect(try upload.status == 429 && upload.codes == ["rateLimitExceeded"])
        isOpen.withLock { $0 = true }
        service.fetches.stop()
        let late = try service.send(Sent.outpaint(uuid: Sent.uuid(2), image: "http://127.0.0.1:1/"))
        #expect(try late.status == 503 && late.codes == ["serviceUnavailable"])
    }

    @Test func `an input image is fetched from its URL`() throws {
        let service = TestService()
        let image = Pictures.png(64, 64)
        let router = Router([
            .get("/a.png") { _ in Response(.ok, contentType: "image/png", .bytes(ByteBuffer(image.span))) }
        ])
        try withServer(router) { server in
            let base = "http://127.0.0.1:\(server.address.port)"
            #expect(try service.send(Sent.outpaint(image: base + "/a.png")).status == 200)
            let missing = try service.send(Sent.outpaint(uuid: Sent.uuid(2), image: base + "/b.png"))
            #expect(try missing.codes == ["invalidInputsImage"])
            let upload = #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid(3))","image":"\#(base)/a.png"}"#
            #expect(try service.send(upload).data.first?["imageUUID"] != nil)
            let refused = try service.send(upload.replacing("a.png", with: "b.png"))
            #expect(try refused.codes == ["invalidImage"])
        }
    }
}
