import HTTP

/// Writes one log line per request, or nothing if the access log is off.
struct AccessLog: Sendable {
    let format: AccessFormat
    let sink: any Sink

    var isOn: Bool { format != .off }

    /// The record is created only if the access log is on.
    func write(_ record: @autoclosure () -> AccessRecord) {
        switch format {
        case .off: return
        case .text: record().line(.text).write(to: sink)
        case .json: record().line(.json).write(to: sink)
        }
    }
}

extension AccessLog: Layer {
    func finished(_ exchange: Exchange) {
        // Requests without a response, and WebSocket messages, are not logged.
        guard exchange.origin == .request, exchange.status > 0 else { return }
        write(AccessRecord(exchange))
    }
}

extension AccessRecord {
    fileprivate init(_ exchange: Exchange) {
        self.init(
            time: .now(), requestID: exchange.requestID, client: exchange.client, method: exchange.method,
            target: exchange.target, status: exchange.status, bytesIn: exchange.bytesIn, bytesOut: exchange.bytesOut,
            duration: exchange.duration, userAgent: exchange.userAgent)
    }
}
