import Net
import Outbound
import Synchronization
import System
import Tasks

/// What the rooms below tell of themselves, as lines of the log.
final class Reports: Sendable {
    private let log: Log
    private let now: @Sendable () -> Int64
    private let lost = Atomic<Int>(0)
    /// What may come often: when it was last written, and how often it came since.
    private let frequent = Locked<[String: (written: Int64, since: Int)]>([:])

    /// Between two lines of what may come often.
    private static let pause: Int64 = 60_000_000_000

    init(_ log: Log, now: @escaping @Sendable () -> Int64 = { SystemClock.monotonicNanoseconds }) {
        (self.log, self.now) = (log, now)
    }

    /// Messages that were not delivered because the program ended.
    var lostAtStop: Int { lost.load(ordering: .relaxed) }

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
        // All of them are one line when the program ends.
        case (.failure(.stopped), nil): lost.add(1, ordering: .relaxed)
        case (.failure(let error), nil):
            log.warn(
                isWebhook ? "webhook given up" : "upload given up",
                [
                    "task": .text(delivery.subject), "host": .text(delivery.host), "tries": .integer(delivery.tries),
                    "why": .text(error.description),
                ])
        }
    }

    func hear(_ notice: Notice) {
        switch notice {
        case .full(let error): rarely("refused", why: error.description)
        case .noFile(let error): rarely("kept in memory what was to go to a file", why: error.description)
        }
    }

    /// Writes a line, unless there was the same a moment ago.
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
