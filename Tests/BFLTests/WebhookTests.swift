import Bytes
import JSON
import System
import TestSupport
import Testing
import Time

@testable import Tasks

/// Webhooks that announce the end of a task.
@Suite struct WebhookTests {
    private static func service(_ peer: Peer, _ change: (inout TestService.Settings) -> Void = { _ in }) -> TestService
    {
        TestService {
            $0.bfl.webhookURL = peer.url("/hook")
            change(&$0)
        }
    }

    /// Head and body of a request.
    private static func parts(_ request: String) -> (head: String, body: String) {
        let parts = request.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    @Test func `a ready task is announced with its link and result`() throws {
        try Peer.answering(answer()) { peer in
            let service = Self.service(peer) {
                $0.bfl.webhookSecret = "s3cret"
                $0.bfl.publicURL = "https://here.example"
            }
            service.making.hold()
            let id = try service.accepted(#","prompt":"sky""#)
            #expect(service.isMaking())
            service.jump(.milliseconds(500))
            service.making.release()
            #expect(eventually { peer.requests.count == 1 })
            let (head, body) = Self.parts(peer.requests[0])
            #expect(head.hasPrefix("POST /hook HTTP/1.1\r\n"))
            #expect(head.contains("\r\nX-Webhook-Secret: s3cret\r\n"))
            #expect(head.contains("\r\ncontent-type: application/json\r\n"))
            let sample = try #require(try service.poll(id).json["result"]?["sample"]?.string)
            #expect(sample.hasPrefix("https://here.example/delivery/"))
            let seed = try #require(service.task(id)).record.seed
            let result =
                #"{"sample":"\#(sample)","prompt":"sky","seed":\#(seed),"start_time":1795182600.0,"#
                + #""end_time":1795182600.5,"duration":0.5}"#
            #expect(body == #"{"id":"\#(id)","status":"Ready","progress":100,"result":\#(result),"cost":10.0}"#)
        }
    }

    @Test func `the link in a webhook names the scheme and host of the submit`() throws {
        try Peer.answering(answer()) { peer in
            let service = Self.service(peer)
            let id = try service.accepted(fields: TestService.key + "x-forwarded-proto: https\r\n")
            #expect(eventually { peer.requests.count == 1 })
            let (head, body) = Self.parts(peer.requests[0])
            #expect(!head.contains("X-Webhook-Secret"))
            let sample = try JSONDocument(parsing: ByteBuffer(body)).root["result"]?["sample"]?.string
            #expect(sample?.hasPrefix("https://test/delivery/results/") == true)
            #expect(try service.get(String(sample?.dropFirst("https://test".count) ?? "")).status == 200)
            #expect(try service.poll(id).status == 200)
        }
    }

    @Test(arguments: [
        (Outcome.failed(Failure(.image, "broken")), "Error"),
        (.moderated(Moderation(.request, reasons: ["Violence"])), "Request Moderated"),
        (.moderated(Moderation(.content, reasons: ["Violence"])), "Content Moderated"),
    ])
    func `a failed or moderated task is announced with its status`(outcome: Outcome, status: String) throws {
        try Peer.answering(answer()) { peer in
            let service = Self.service(peer)
            service.making.outcome = outcome
            let id = try service.accepted()
            #expect(eventually { peer.requests.count == 1 })
            let body = Self.parts(peer.requests[0]).body
            #expect(body == #"{"id":"\#(id)","status":"\#(status)","progress":100,"result":null,"cost":0.0}"#)
        }
    }

    @Test func `a webhook answered with 503 is retried after 1, 5 and 30 seconds and then dropped`() throws {
        try Peer.answering(answer("503 Service Unavailable")) { peer in
            let service = Self.service(peer)
            _ = try service.accepted()
            #expect(eventually { peer.requests.count == 1 })
            for (number, wait) in [(1, 1000), (2, 5000), (3, 30_000)] {
                service.pass(.milliseconds(wait - 1))
                #expect(peer.requests.count == number)
                service.pass(.milliseconds(1))
                #expect(peer.requests.count == number + 1)
            }
            service.pass(.hours(1))
            #expect(peer.requests.count == 4)
            #expect(Set(peer.requests).count == 1)
        }
    }

    @Test func `advancing the clock sends every due retry before it returns`() throws {
        try Peer.answering(answer("503 Service Unavailable")) { peer in
            let service = Self.service(peer)
            _ = try service.accepted()
            service.pass(.minutes(1))
            #expect(peer.requests.count == 4)
        }
    }

    @Test func `a webhook answered with 410 is not retried`() throws {
        try Peer.answering(answer("410 Gone")) { peer in
            let service = Self.service(peer)
            _ = try service.accepted()
            service.pass(.hours(1))
            #expect(peer.requests.count == 1)
        }
    }

    @Test func `an unreachable webhook receiver does not delay tasks`() throws {
        let service = TestService { $0.bfl.webhookURL = "http://127.0.0.1:1/" }
        #expect(try service.ended(service.accepted()).status == 200)
    }

    @Test func `a silent webhook receiver does not delay image fetches`() throws {
        try Peer.serving({ try $1.waitForEnd() }) { silent in
            try Peer.answering(answer()) { peer in
                let service = Self.service(silent)
                _ = try service.accepted()
                #expect(eventually { silent.requests.count == 1 })
                // 422 proves that the fetch took place: the peer's answer is not an image.
                #expect(try service.submit(image: peer.url()).status == 422)
                #expect(service.messages.count == 1 && service.deliveries.withLock { $0.isEmpty })
            }
        }
    }

    @Test func `the observer is told the task, host, tries and outcome of a webhook`() throws {
        try Peer.answering(answer("410 Gone")) { peer in
            let service = TestService { $0.bfl.webhookURL = peer.url("/hook?token=s3cret") }
            let id = try service.accepted()
            #expect(eventually { service.deliveries.withLock { !$0.isEmpty } })
            let told = try #require(service.deliveries.withLock { $0.first })
            #expect(told.subject == id && told.host == "127.0.0.1:\(peer.port)" && told.kind == .webhook)
            #expect(told.tries == 1 && told.outcome == .failure(.status(410)) && told.nextTry == nil)
        }
    }
}
