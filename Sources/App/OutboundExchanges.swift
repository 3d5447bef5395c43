import HTTP
import Outbound
import System

/// Makes exchanges of what the server fetches and sends itself, for the layers that are told of all exchanges.
final class OutboundExchanges: Sendable {
    private let layers = Locked<[any Layer]>([])

    /// The layers that are told from here on. A layer for failures alone is told of clients' requests only.
    func observe(with layers: [any Layer]) { self.layers.withLock { $0 = layers.filter { $0.scope == .everything } } }

    func note(_ report: TransferReport) {
        let layers = layers.withLock { $0 }
        if layers.isEmpty { return }
        var exchange = Exchange(
            Exchange.Origin(report.kind), number: Exchange.nextNumber(), method: report.method, target: report.url,
            start: report.start)
        exchange.status = report.status
        (exchange.bytesIn, exchange.bytesOut) = (report.bytesReceived, report.bytesSent)
        exchange.duration = report.duration
        exchange.task = report.subject.map { .text($0) }
        if case .failure(let error) = report.outcome { exchange.error = error.description }
        for layer in layers { layer.finished(exchange) }
    }
}

extension Exchange.Origin {
    fileprivate init(_ kind: TransferReport.Kind) {
        switch kind {
        case .fetch: self = .fetch
        case .webhook: self = .webhook
        case .upload: self = .upload
        }
    }
}
