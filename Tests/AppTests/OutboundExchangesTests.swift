import HTTP
import Outbound
import System
import Testing

@testable import App
@testable import Time

/// Transfers of the server as exchanges.
@Suite struct OutboundExchangesTests {
    private final class Recorder: Layer {
        let scope: LayerScope
        let exchanges = Locked<[Exchange]>([])

        init(_ scope: LayerScope) { self.scope = scope }

        func finished(_ exchange: Exchange) { exchanges.withLock { $0.append(exchange) } }
    }

    private func report(_ kind: TransferReport.Kind, _ outcome: Result<Int, OutboundError>) -> TransferReport {
        TransferReport(
            kind: kind, method: "POST", url: "http://a.example/hook", subject: "7", bytesSent: 12, bytesReceived: 3,
            outcome: outcome, start: .now, duration: .milliseconds(5))
    }

    @Test func `a layer for everything is told of each transfer with its status, task and error`() throws {
        let outbound = OutboundExchanges()
        let (everything, failures) = (Recorder(.everything), Recorder(.failures))
        outbound.note(report(.webhook, .success(200)))
        outbound.observe(with: [everything, failures])
        outbound.note(report(.webhook, .success(204)))
        outbound.note(report(.upload, .failure(.status(503))))
        outbound.note(report(.fetch, .failure(.cannotConnect)))
        let seen = everything.exchanges.withLock { $0 }
        #expect(seen.map(\.origin) == [.webhook, .upload, .fetch] && seen.map(\.status) == [204, 503, 0])
        #expect(seen.allSatisfy { $0.task == .text("7") && $0.bytesOut == 12 && $0.bytesIn == 3 })
        #expect(seen[0].error == nil && seen[1].error == OutboundError.status(503).description)
        #expect(Set(seen.map(\.number)).count == 3 && seen[0].duration == .milliseconds(5))
        #expect(failures.exchanges.withLock { $0.isEmpty })
    }
}
