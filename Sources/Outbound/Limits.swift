/// How much one transfer may take.
public struct Limits: Hashable, Sendable {
    /// Bytes of a fetched body.
    public var bytes = 64 << 20
    /// Redirects that a fetch follows. A message is never sent on.
    public var redirects = 3
    /// Time until there is a connection, looking up the name and TLS included.
    public var connectTime = Duration.seconds(5)
    /// Time for everything.
    public var totalTime = Duration.seconds(30)

    /// Bytes of a URL.
    static let urlBytes = 8 << 10
    /// Bytes of all heads of a transfer.
    static let headBytes = 256 << 10
    /// Bytes read of an answer that only its status counts of, so that the other side is not cut off in the middle.
    static let unusedBytes = 64 << 10

    /// The default bounds.
    public init() {}
}
