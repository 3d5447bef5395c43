public import Tasks

/// What can be told to the service. Each is a guess about the real one, or a wish of whoever runs it.
public struct Settings: Sendable {
    // MARK: - Who is let in

    /// The keys that are let in; any, if there are none.
    public var keys: [APIKey] = []
    /// Whether a result is only shown to who sends a key. The published description says no.
    public var resultNeedsKey = false

    // MARK: - Requests

    /// The most values in a submit's body, names of fields among them: each takes memory beside the body itself.
    public var valueLimit = 1_000_000
    /// The most entries of a 422's list, so that a body of nothing but wrong fields is not answered by a multiple of itself.
    public var errorLimit = 100_000
    /// How large a 422 may be that says again all that was sent; where that is larger, it says less.
    public var refusalLimit = 16 << 20
    /// Bytes of a string that are echoed where something beyond the schema is refused: an image is long.
    public var echoLimit = 200
    /// Bytes of a prompt that its result says again.
    public var promptLimit = 16 << 10

    // MARK: - Pictures

    /// What fills the canvas, by its name.
    public var fill = "mosaic"
    public var jpegQuality = 95
    public var webPQuality = 80
    /// The program that files name as their maker.
    public var software: String?

    // MARK: - Prices and bounds

    /// Credits for each megapixel of output that is begun, in high mode and in fast mode.
    public var highPrice = 10.0
    public var fastPrice = 5.0
    /// Tasks of one key that may be under way.
    public var activeTasks = 24
    /// Requests a second that results say may be made. They are counted; nobody is refused.
    public var ratePerSecond = 1200

    // MARK: - Results

    /// Whether a result that is not there is 404; it is 200 otherwise.
    public var missingIsNotFound = true
    /// Whether progress is told while a picture is made, in tenths.
    public var tellsProgress = true
    /// What the browser of another origin may be told of a delivered picture; nothing if not given.
    public var deliveryOrigin: String?

    // MARK: - Webhooks

    /// Where results are sent, in place of being polled for.
    public var webhookURL: String?
    /// Goes along in `X-Webhook-Secret`.
    public var webhookSecret: String?

    // MARK: - Addresses

    /// What stands before paths in absolute addresses, such as `https://outpaint.example`; taken from each request if not
    /// given.
    public var publicURL: String?
    /// Whether `x-forwarded-proto` and `x-forwarded-host` are believed.
    public var trustsForwarded = true

    public init() {}
}
