public import Time

/// The result of sending a message, or of one attempt.
public struct Delivery: Hashable, Sendable {
    public let kind: Message.Kind
    /// What the message is about.
    public let subject: String
    /// The host and port of the URL. The rest of the URL may contain secrets.
    public let host: String
    /// The number of completed attempts.
    public let tries: Int
    /// The success status, or the error of the last attempt.
    public let outcome: Result<Int, OutboundError>
    /// The delay before the next attempt, if there is one.
    public let nextTry: Interval?

    public init(
        _ message: Message, tries: Int, _ outcome: Result<Int, OutboundError>, nextTry: Interval? = nil
    ) {
        (kind, subject, host) = (message.kind, message.subject, Delivery.host(of: message.url))
        (self.tries, self.outcome, self.nextTry) = (tries, outcome, nextTry)
    }

    /// The part of a URL after the scheme and user info, and before the path or query.
    static func host(of url: String) -> String {
        let afterScheme = url.utf8.firstIndex(of: UInt8(ascii: ":")).map { url[$0...].dropFirst() } ?? url[...]
        let authority = afterScheme.drop { $0 == "/" }.prefix { !"/\\?#".contains($0) }
        return String(authority.lastIndex(of: "@").map { authority[$0...].dropFirst() } ?? authority)
    }
}
