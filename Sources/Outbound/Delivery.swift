/// What became of a message, or of a try to send it.
public struct Delivery: Hashable, Sendable {
    public let kind: Message.Kind
    /// What the message is about.
    public let subject: String
    /// The host it is for, with the port. The rest of its URL may hold secrets.
    public let host: String
    /// Tries that came to an end.
    public let tries: Int
    /// The status of success, or why the last try failed.
    public let outcome: Result<Int, OutboundError>
    /// The wait for the next try, if there is one.
    public let nextTry: Duration?

    init(
        _ message: Message, tries: Int, _ outcome: Result<Int, OutboundError>, nextTry: Duration? = nil
    ) {
        (kind, subject, host) = (message.kind, message.subject, Delivery.host(of: message.url))
        (self.tries, self.outcome, self.nextTry) = (tries, outcome, nextTry)
    }

    /// What stands between the scheme, or a user in front, and the path or the query.
    static func host(of url: String) -> String {
        let afterScheme = url.utf8.firstIndex(of: UInt8(ascii: ":")).map { url[$0...].dropFirst() } ?? url[...]
        let authority = afterScheme.drop { $0 == "/" }.prefix { !"/\\?#".contains($0) }
        return String(authority.lastIndex(of: "@").map { authority[$0...].dropFirst() } ?? authority)
    }
}
