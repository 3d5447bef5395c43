/// What can be told to the service. Each is a guess about the real one, or a wish of whoever runs it.
public struct Settings: Sendable {
    /// The keys that are let in; any, if there are none.
    public var keys: [APIKey] = []
    /// Whether a result is only shown to who sends a key. The published description says no.
    public var resultNeedsKey = false
    /// The largest body of a submit, if it is to be less than the server's limit.
    public var bodyLimit: Int?
    /// The most entries of a 422's list, so that a body of nothing but wrong fields is not answered by a multiple of itself.
    public var errorLimit = 100_000
    /// What stands before paths in absolute addresses, such as `https://outpaint.example`; taken from each request if not
    /// given.
    public var publicURL: String?
    /// Whether `x-forwarded-proto` and `x-forwarded-host` are believed.
    public var trustsForwarded = true

    public init() {}
}
