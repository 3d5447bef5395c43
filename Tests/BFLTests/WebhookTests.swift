import Bytes
import JSON
import System
import TestSupport
import Testing

@testable import Tasks

/// What is sent to whoever does not want to poll.
@Suite struct WebhookTests {
    private static func bench(_ peer: Peer, _ change: (inout Bench.Settings) -> Void = { _ in }) -> Bench {
        Bench {
            $0.bfl.webhookURL = peer.url("/hook")
            change(&$0)
        }
    }

    /// Head and body of a request.
    private static func parts(_ request: String) -> (head: String, body: String) {
        let parts = request.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    @Test func aPictureIsAnnouncedWithItsLink() throws {
        try Peer.answering(answer()) { peer in
            let bench = Self.bench(peer) {
                $0.bfl.webhookSecret = "s3cret"
                $0.bfl.publicURL = "https://here.example"
            }
            bench.making.hold()
            let id = try bench.accepted(#","prompt":"sky""#)
            #expect(bench.isRunning(id))
            bench.time.pass(milliseconds: 500)
            bench.making.release()
            #expect(eventually { peer.requests.count == 1 })
            let (head, body) = Self.parts(peer.requests[0])
            #expect(head.hasPrefix("POST /hook HTTP/1.1\r\n"))
            #expect(head.contains("\r\nX-Webhook-Secret: s3cret\r\n"))
            #expect(head.contains("\r\ncontent-type: application/json\r\n"))
            let sample = try #require(try bench.poll(id).json["result"]?["sample"]?.string)
            #expect(sample.hasPrefix("https://here.example/delivery/"))
            let seed = try #require(bench.task(id)).record.seed
            let result =
                #"{"sample":"\#(sample)","prompt":"sky","seed":\#(seed),"start_time":1795182600.0,"#
                + #""end_time":1795182600.5,"duration":0.5}"#
            #expect(body == #"{"id":"\#(id)","status":"Ready","progress":100,"result":\#(result),"cost":10.0}"#)
        }
    }

    @Test func theLinkLeadsToWhereTheSubmitWent() throws {
        try Peer.answering(answer()) { peer in
            let bench = Self.bench(peer)
            let id = try bench.accepted(fields: Bench.key + "x-forwarded-proto: https\r\n")
            #expect(eventually { peer.requests.count == 1 })
            let (head, body) = Self.parts(peer.requests[0])
            #expect(!head.contains("X-Webhook-Secret"))
            let sample = try JSONDocument(parsing: ByteBuffer(body)).root["result"]?["sample"]?.string
            #expect(sample?.hasPrefix("https://test/delivery/results/") == true)
            #expect(try bench.get(String(sample?.dropFirst("https://test".count) ?? "")).status == 200)
            #expect(try bench.poll(id).status == 200)
        }
    }

    @Test(arguments: [
        (Outcome.failed(Failure(.image, "broken")), "Error"),
        (.moderated(Moderation(.request, reasons: ["Violence"])), "Request Moderated"),
        (.moderated(Moderation(.content, reasons: ["Violence"])), "Content Moderated"),
    ])
    func whatWasNotMadeIsAnnouncedToo(outcome: Outcome, status: String) throws {
        try Peer.answering(answer()) { peer in
            let bench = Self.bench(peer)
            bench.making.outcome = outcome
            let id = try bench.accepted()
            #expect(eventually { peer.requests.count == 1 })
            let body = Self.parts(peer.requests[0]).body
            #expect(body == #"{"id":"\#(id)","status":"\#(status)","progress":100,"result":null,"cost":0.0}"#)
        }
    }

    /// After one second, five and thirty, and then no more.
    @Test func itIsSentFourTimesAtMost() throws {
        try Peer.answering(answer("503 Service Unavailable")) { peer in
            let bench = Self.bench(peer)
            _ = try bench.accepted()
            for (number, wait) in [(1, 1000), (2, 5000), (3, 30_000)] as [(Int, Int64)] {
                #expect(eventually { peer.requests.count == number })
                try settle(bench)
                bench.time.pass(milliseconds: wait - 1)
                try settle(bench)
                #expect(peer.requests.count == number)
                bench.time.pass(milliseconds: 1)
                bench.messages.clockMoved()
            }
            #expect(eventually { peer.requests.count == 4 })
            try settle(bench)
            bench.time.pass(seconds: 3600)
            try settle(bench)
            #expect(peer.requests.count == 4)
            #expect(Set(peer.requests).count == 1)
        }
    }

    @Test func aRefusalIsNotTriedAgain() throws {
        try Peer.answering(answer("410 Gone")) { peer in
            let bench = Self.bench(peer)
            _ = try bench.accepted()
            #expect(eventually { peer.requests.count == 1 })
            try settle(bench)
            bench.time.pass(seconds: 3600)
            try settle(bench)
            #expect(peer.requests.count == 1)
        }
    }

    @Test func aReceiverThatIsNotThereHoldsUpNobody() throws {
        let bench = Bench { $0.bfl.webhookURL = "http://127.0.0.1:1/" }
        #expect(try bench.ended(bench.accepted()).status == 200)
    }

    @Test func aReceiverThatIsSilentHoldsUpNoFetch() throws {
        try Peer.serving({ try $1.waitForEnd() }) { silent in
            try Peer.answering(answer()) { peer in
                let bench = Self.bench(silent)
                _ = try bench.accepted()
                #expect(eventually { silent.requests.count == 1 })
                // No image, which only who has fetched it can tell.
                #expect(try bench.submit(image: peer.url()).status == 422)
                #expect(bench.messages.count == 1 && bench.deliveries.withLock { $0.isEmpty })
            }
        }
    }

    @Test func whatBecomesOfItIsToldByTaskAndHost() throws {
        try Peer.answering(answer("410 Gone")) { peer in
            let bench = Bench { $0.bfl.webhookURL = peer.url("/hook?token=s3cret") }
            let id = try bench.accepted()
            #expect(eventually { bench.deliveries.withLock { !$0.isEmpty } })
            let told = try #require(bench.deliveries.withLock { $0.first })
            #expect(told.subject == id && told.host == "127.0.0.1:\(peer.port)" && told.kind == .webhook)
            #expect(told.tries == 1 && told.outcome == .failure(.status(410)) && told.nextTry == nil)
        }
    }

    /// Waits until the pool's one thread is through with all that was due.
    private func settle(_ bench: Bench) throws {
        let isThrough = Locked(false)
        try bench.messages.submit(for: .other) { _ in isThrough.withLock { $0 = true } }
        #expect(eventually { isThrough.withLock { $0 } })
    }
}
