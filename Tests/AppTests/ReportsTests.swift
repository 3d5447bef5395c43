import Bytes
import HTTP
import Net
import Outbound
import TestSupport
import Testing

@testable import App

/// What the rooms below tell of themselves.
@Suite struct ReportsTests {
    private let moment = Timestamp(nanoseconds: 1_770_091_506_789_123_456)

    private func log(_ sink: Captured, _ level: LogLevel = .debug) -> Log {
        let moment = moment
        return Log(level: level, sink: sink, now: { moment })
    }

    /// Lines without their time.
    private func lines(_ sink: Captured) -> [String] {
        sink.text.split(separator: "\n").map { String($0.dropFirst(25)) }
    }

    @Test(
        arguments: [
            (
                "410 Gone", [],
                "warn webhook given up task=7 host=HOST tries=1 why=\"the URL's host answered with status 410\""
            ),
            ("204 No Content", [], "debug webhook sent task=7 host=HOST tries=1 status=204"),
            (
                "503 Busy", [.milliseconds(250)],
                "debug webhook to be tried again task=7 host=HOST tries=1 "
                    + "why=\"the URL's host answered with status 503\" wait_ms=250.0"
            ),
        ] as [(String, [Duration], String)])
    func whatBecomesOfAWebhookIsALine(status: String, delays: [Duration], line: String) throws {
        let sink = Captured()
        let reports = Reports(log(sink))
        var settings = Outbound.Settings()
        settings.policy.allowsPrivate = true
        let pool = OutboundPool<Int>("test", settings, told: { reports.hear($0) })
        defer { pool.stop() }
        try Peer.answering(answer(status)) { peer in
            pool.send(
                .webhook(SharedBytes(ByteBuffer("{}")), about: "7", to: peer.url("/?token=s3cret")), for: 1,
                retrying: Retry(after: delays))
            #expect(eventually { !lines(sink).isEmpty })
            #expect(lines(sink).first == line.replacing("HOST", with: "127.0.0.1:\(peer.port)"))
        }
    }
}
