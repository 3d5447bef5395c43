import Outbound

/// What the rooms below tell of themselves, as lines of the log.
struct Reports: Sendable {
    private let log: Log

    init(_ log: Log) { self.log = log }

    func hear(_ delivery: Delivery) {
        let isWebhook = delivery.kind == .webhook
        switch (delivery.outcome, delivery.nextTry) {
        case (.success(let status), _):
            log.debug(
                isWebhook ? "webhook sent" : "upload sent",
                [
                    "task": .text(delivery.subject), "host": .text(delivery.host), "tries": .integer(delivery.tries),
                    "status": .integer(status),
                ])
        case (.failure(let error), let wait?):
            log.debug(
                isWebhook ? "webhook to be tried again" : "upload to be tried again",
                [
                    "task": .text(delivery.subject), "host": .text(delivery.host), "tries": .integer(delivery.tries),
                    "why": .text(error.description), "wait_ms": .milliseconds(wait),
                ])
        case (.failure(let error), nil):
            log.warn(
                isWebhook ? "webhook given up" : "upload given up",
                [
                    "task": .text(delivery.subject), "host": .text(delivery.host), "tries": .integer(delivery.tries),
                    "why": .text(error.description),
                ])
        }
    }
}
