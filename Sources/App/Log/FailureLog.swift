import Bytes
import HTTP

/// Writes a log line for each request that a service answers with a status of 400 or above.
struct FailureLog: Layer {
    private let log: Log
    /// The existing paths, to suggest one when a request asks for an unknown path.
    private let paths: [String]

    let scope = LayerScope.failures

    init(_ log: Log, paths: [StaticString]) {
        self.log = log
        // Paths that end in a line feed exist only for the recorded test cases.
        self.paths = paths.map { "\($0)" }.filter { !$0.hasSuffix("\n") }
    }

    func finished(_ exchange: Exchange) {
        guard exchange.origin == .request, exchange.kind != .control else { return }
        let target = Redaction.target(exchange.target)
        let path = target.prefix { $0 != "?" }
        if path.hasPrefix("/_emulator") { return }
        let known = exchange.status == 404 && exchange.pattern == nil ? nearest(to: String(path), among: paths) : nil
        // A list of fields cannot have optional entries, so each combination is written out.
        switch (exchange.error, known) {
        case (let error?, _):
            log.info(
                "request failed",
                [
                    "method": .text(exchange.method), "path": .text(target), "status": .integer(exchange.status),
                    "error": .text(error), "id": .text(exchange.requestID),
                ])
        case (nil, let known?):
            log.info(
                "request failed",
                [
                    "method": .text(exchange.method), "path": .text(target), "status": .integer(exchange.status),
                    "nearest": .text(known), "id": .text(exchange.requestID),
                ])
        case (nil, nil):
            log.info(
                "request failed",
                [
                    "method": .text(exchange.method), "path": .text(target), "status": .integer(exchange.status),
                    "id": .text(exchange.requestID),
                ])
        }
    }
}
