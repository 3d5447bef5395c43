public import Time

/// The limits of one transfer.
public struct Limits: Hashable, Sendable {
    /// The maximum size of a fetched body in bytes.
    public var bytes = 64 << 20
    /// The maximum number of redirects of a fetch. Messages follow none.
    public var redirects = 3
    /// The time limit for connecting, including name look-up and TLS.
    public var connectTime = Interval.seconds(5)
    /// The time limit for the whole transfer.
    public var totalTime = Interval.seconds(30)

    /// The maximum length of a URL in bytes.
    static let urlBytes = 8 << 10
    /// The maximum size of all response headers of a transfer in bytes.
    static let headBytes = 256 << 10
    /// The number of bytes read from a response of which only the status matters, so that the connection does not break
    /// while the server is sending.
    static let unusedBytes = 64 << 10

    /// Creates the default limits.
    public init() {}
}
