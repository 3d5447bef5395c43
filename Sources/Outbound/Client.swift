import Bytes
import CCurl

/// The one way out: fetches from URLs and sends messages to them.
///
/// Its calls wait for the other side. They are for threads that may, such as those of an `OutboundPool`, and never for an event
/// loop's. Every use has a connection of its own, no cookies, no passwords from files, and no proxy.
public struct Client: Sendable {
    private let settings: Settings
    /// Ends transfers before their time.
    private let halt: Halt?

    public init(_ settings: Settings = Settings()) { self.init(settings, nil) }

    init(_ settings: Settings, _ halt: Halt?) {
        self.settings = settings
        self.halt = halt
    }

    /// What is at a URL.
    public func fetch(_ url: String, _ limits: Limits = Limits()) throws(OutboundError) -> Fetched {
        var transfer = try Transfer(url, settings, limits)
        let hearing = Hearing(settings.policy, halt, keeping: limits.bytes)
        _ = try transfer.fetch(hearing)
        return Fetched(
            bytes: hearing.takeBody(), contentType: transfer.text(CURLINFO_CONTENT_TYPE).flatMap(Fetched.contentType),
            url: transfer.text(CURLINFO_EFFECTIVE_URL) ?? url)
    }

    /// Sends a message once; gives the status of success. Redirects are not followed: a message with a secret is for the one
    /// it was addressed to.
    @discardableResult
    public func send(_ message: Message, _ limits: Limits = Limits()) throws(OutboundError) -> Int {
        var transfer = try Transfer(message.url, settings, limits)
        return try transfer.send(message, Hearing(settings.policy, halt, keeping: nil))
    }
}
