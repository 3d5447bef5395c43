import Net
import Outbound
import System
import Tasks
import Time

/// Writes the events of other modules to the log.
final class Reports: Sendable {
    private let log: Log
    private let now: @Sendable () -> Int64
    /// For each frequent event, when it was last written and how often it occurred since.
    private let frequent = Locked<[String: (written: Int64, since: Int)]>([:])

    /// The minimum time between two lines of a frequent event, in nanoseconds.
    private static let pause: Int64 = 60_000_000_000

    init(_ log: Log, now: @escaping @Sendable () -> Int64 = { Ticks.now.nanoseconds }) {
        (self.log, self.now) = (log, now)
    }

    /// The first failed attempt and an abandoned message are what users look for. All other attempts are details.
    func note(_ delivery: Delivery) {
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
            let event: StaticString =
                isWebhook ? "webhook failed, to be tried again" : "upload failed, to be tried again"
            let fields: Log.Fields = [
                "task": .text(delivery.subject), "host": .text(delivery.host), "tries": .integer(delivery.tries),
                "why": .text(error.description), "wait_ms": .milliseconds(wait),
            ]
            if delivery.tries <= 1 { log.info(event, fields) } else { log.debug(event, fields) }
        // One line counts these when the program ends.
        case (.failure(.stopped), nil): break
        case (.failure(let error), nil):
            log.warn(
                isWebhook ? "webhook given up" : "upload given up",
                [
                    "task": .text(delivery.subject), "host": .text(delivery.host), "tries": .integer(delivery.tries),
                    "why": .text(error.description),
                ])
        }
    }

    func note(_ event: Event) {
        switch event {
        case .full(let error): rarely("refused", why: error.description)
        case .noFile(let error): rarely("kept in memory what was to go to a file", why: error.description)
        case .storeFailed(let error): rarely("a store failed", why: "\(error)")
        }
    }

    /// Writes a line, unless the same event was written within `pause`.
    private func rarely(_ event: StaticString, why: String) {
        let now = now()
        let times: Int? = frequent.withLock { frequent in
            let before = frequent[why] ?? (written: .min / 2, since: 0)
            let isDue = now - before.written >= Reports.pause
            frequent[why] = isDue ? (now, 0) : (before.written, before.since + 1)
            return isDue ? before.since + 1 : nil
        }
        if let times { log.warn(event, ["why": .text(why), "times": .integer(times)]) }
    }
}
