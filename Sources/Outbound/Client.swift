import Bytes
import CCurl
import Time

/// The HTTP client for all outgoing requests: fetches URLs and sends messages.
///
/// Calls block until the peer answers, so they must run on threads that may wait, such as those of an `OutboundPool`,
/// and never on an event loop. Every call opens its own connection and uses no cookies, no password files and no proxy.
public struct Client: Sendable {
    private let settings: Settings
    /// Cancels transfers at shutdown.
    private let halt: Halt?
    private let report: @Sendable (TransferReport) -> Void

    public init(_ settings: Settings = Settings()) { self.init(settings, nil) }

    init(_ settings: Settings, _ halt: Halt?, report: @escaping @Sendable (TransferReport) -> Void = { _ in }) {
        (self.settings, self.halt, self.report) = (settings, halt, report)
    }

    /// Fetches the content of a URL.
    public func fetch(_ url: String, _ limits: Limits = Limits()) throws(OutboundError) -> Fetched {
        let start = Ticks.now
        var received = 0
        var outcome: Result<Int, OutboundError> = .failure(.broken)
        defer {
            report(
                TransferReport(
                    kind: .fetch, method: "GET", url: url, subject: nil, bytesSent: 0, bytesReceived: received,
                    outcome: outcome, start: start, duration: Ticks.now - start))
        }
        do throws(OutboundError) {
            var transfer = try Transfer(url, settings, limits)
            let hearing = Hearing(settings.policy, halt, keeping: limits.bytes)
            outcome = .success(try transfer.fetch(hearing))
            let body = hearing.takeBody()
            received = body.count
            return Fetched(
                bytes: body, contentType: transfer.text(CURLINFO_CONTENT_TYPE).flatMap(Fetched.contentType),
                url: transfer.text(CURLINFO_EFFECTIVE_URL) ?? url)
        } catch {
            outcome = .failure(error)
            throw error
        }
    }

    /// Sends a message once and returns the success status. Redirects are not followed, since a message may contain
    /// secrets meant only for its addressee.
    @discardableResult
    public func send(_ message: Message, _ limits: Limits = Limits()) throws(OutboundError) -> Int {
        let start = Ticks.now
        let outcome = Result { () throws(OutboundError) in
            var transfer = try Transfer(message.url, settings, limits)
            return try transfer.send(message, Hearing(settings.policy, halt, keeping: nil))
        }
        report(
            TransferReport(
                kind: TransferReport.Kind(message.kind), method: message.kind.method, url: message.url,
                subject: message.subject, bytesSent: message.body.count, bytesReceived: 0, outcome: outcome,
                start: start,
                duration: Ticks.now - start))
        return try outcome.get()
    }
}
