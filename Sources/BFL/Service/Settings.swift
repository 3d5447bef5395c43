public import Tasks

/// The settings of the service. Each default is a guess about the real one or a choice of the operator.
public struct Settings: Sendable {
    // MARK: - Keys

    /// The accepted keys; if empty, any key is accepted.
    public var keys: [APIKey] = []
    /// Whether polling a result requires a key. The published description does not require one.
    public var resultNeedsKey = false

    // MARK: - Requests

    /// The maximum number of values in a submission's body, field names included: each takes memory in addition to the
    /// body.
    public var valueLimit = 1_000_000
    /// The maximum number of entries in a 422, so that a body of invalid fields does not cause a response many times
    /// its size.
    public var errorLimit = 100_000
    /// The maximum size of a 422 that echoes the whole request; larger ones are shortened.
    public var refusalLimit = 16 << 20
    /// The bytes of a string that errors outside the schema echo, since an image may be long.
    public var echoLimit = 200
    /// The bytes of a prompt that its result repeats.
    public var promptLimit = 16 << 10

    // MARK: - Pictures

    /// The name of the fill for the canvas.
    public var fill = "mosaic"
    public var jpegQuality = 95
    public var webPQuality = 80
    /// The program that files name as their creator.
    public var software: String?

    // MARK: - Prices and limits

    /// Credits per started megapixel of output, in high mode and in fast mode.
    public var highPrice = 10.0
    public var fastPrice = 5.0
    /// The maximum number of active tasks of one key.
    public var activeTasks = 24
    /// Requests per second that results report as the limit. It is not enforced.
    public var ratePerSecond = 1200

    // MARK: - Results

    /// Whether a poll for an unknown task is answered with 404 instead of 200.
    public var missingIsNotFound = true
    /// The origin allowed by CORS for delivered pictures; none if `nil`.
    public var deliveryOrigin: String?

    // MARK: - Webhooks

    /// The URL that results are sent to. If set, they are not polled for.
    public var webhookURL: String?
    /// The value of `X-Webhook-Secret`.
    public var webhookSecret: WebhookSecret?

    // MARK: - Documents

    /// The reference page's sections about other services on the same server.
    public var alsoServed: [ReferenceSection] = []

    // MARK: - URLs

    /// The base of absolute URLs, such as `https://outpaint.example`; if `nil`, it is taken from each request.
    public var publicURL: String?
    /// Whether `x-forwarded-proto` and `x-forwarded-host` are trusted.
    public var trustsForwarded = true

    public init() {}
}

/// The secret that is sent with webhooks; hidden in descriptions and dumps.
public struct WebhookSecret: Hashable, Sendable {
    let text: String

    public init(_ text: String) { self.text = text }
}

extension WebhookSecret: ExpressibleByStringLiteral, CustomStringConvertible, CustomReflectable {
    public init(stringLiteral text: String) { self.init(text) }

    public var description: String { "…" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
