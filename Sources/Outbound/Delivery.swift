/// What became of a message.
public struct Delivery: Hashable, Sendable {
    /// Tries that came to an end.
    public let tries: Int
    /// The status of success, or why the last try failed.
    public let outcome: Result<Int, OutboundError>
}
