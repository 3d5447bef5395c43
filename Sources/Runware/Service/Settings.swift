public import Tasks

/// What can be told to the service. Each is a guess about the real one, or a wish of whoever runs it.
public struct Settings: Sendable {
    // MARK: - Who is let in

    /// The keys that are let in; any, if there are none.
    public var keys: [APIKey] = []

    // MARK: - Requests

    /// The most values in a message, names of members among them: each takes memory beside the message itself.
    public var valueLimit = 1_000_000
    /// The most tasks of one message.
    public var batchLimit = 1000
    /// The most errors that one task is answered with.
    public var errorLimit = 100
    /// Whether parameters that nobody knows are refused, or else passed over.
    public var refusesUnknown = true
    /// Bytes of a text that are kept of a request, to be shown again: an image is long.
    public var echoLimit = 200
    /// Bytes that are kept of a task as it was sent.
    public var requestLimit = 64 << 10
    /// Whether a task that nobody knows is answered with an error, or else with nothing in `data`.
    public var unknownTaskIsError = true
    /// The status of an answer to several tasks of which some were refused.
    public var partialStatus = 200
    /// Whether error codes name a parameter with its whole path, or with its own name.
    public var codes = CodeForm.path
    /// Whether the name of a task is refused as long as that is known, or only until it has ended.
    public var conflictsAfterEnd = true
    /// What a dry run is answered with.
    public var estimate = Estimate.total

    /// What error codes are made of: `invalidOutpaintRight` or `invalidRight`.
    public enum CodeForm: String, CaseIterable, Sendable { case path, name }

    /// One item with the cost of all results, or one of each with its own.
    public enum Estimate: String, CaseIterable, Sendable { case total, each }

    // MARK: - Pictures

    /// What fills the canvas, by its name.
    public var fill = "mosaic"
    /// The program that files name as their maker.
    public var software: String?
    /// The font of watermarks' texts, a file.
    public var font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
    /// The names of a watermark's nine positions.
    public var positions = Positions.center
    /// Whether a result over 4 MP is scaled down, image and sides alike; otherwise it is refused.
    public var resizesLarge = true
    /// The longest side of a result, if there is one.
    public var longestSide: Int?
    /// Whether fast mode has the further rules of BFL's.
    public var fastHasRules = true

    /// How positions that are in the middle of something are called: `top-center` and `center-left`, `top-middle` and
    /// `middle-left`, or `top` and `left`.
    public enum Positions: String, CaseIterable, Sendable { case center, middle, short }

    // MARK: - Prices and bounds

    /// Dollars for each megapixel of output that is begun.
    public var price = 0.1
    /// Results of one key that may be under way.
    public var activeTasks = 1000
    /// Whether a balance is an object, or else a number.
    public var balanceIsObject = false

    // MARK: - Results

    /// How long a picture is kept, in nanoseconds, where the caller does not say it.
    public var resultLifetime = Int64.seconds(60 * 60)
    /// The longest that a caller can have one kept; more counts as this.
    public var longestTTL = Int64.seconds(7 * 86_400)
    /// How long a task is known by its name, in nanoseconds, and how many are.
    public var taskRetention = Int64.seconds(60 * 60)
    public var taskLimit = 100_000
    /// Bytes of memory for what is known of tasks. What was refused goes first.
    public var taskMemory = 128 << 20
    /// Bytes of uploads that may wait to be looked at.
    public var uploadQueue = 128 << 20
    /// Callers whose use is remembered.
    public var callerLimit = 100_000

    // MARK: - Media

    /// The longest side that uploads are kept with, if there is one: larger ones are made smaller.
    public var longestUpload: Int? = 2048
    /// Bytes of all media that callers keep here; how many of them stay in memory; and the folder of the others.
    public var mediaBytes = 1 << 30
    public var mediaMemory = 4 << 20
    public var spoolFolder = "/var/tmp"
    /// How long media are kept after their last use, in nanoseconds.
    public var mediaLifetime = Int64.seconds(30 * 86_400)

    // MARK: - WebSocket

    /// Messages of one connection that may wait while one is read; then nothing more is taken from it for a while.
    public var waitingMessages = 100
    /// How long results are kept for a caller whose connection is gone, in nanoseconds.
    public var sessionLifetime = Int64.seconds(120)
    /// Sessions that are remembered, those of open connections included.
    public var sessionLimit = 100_000
    /// The answers that one session keeps for its caller.
    public var sessionAnswers = 1000
    /// Bytes of memory for the answers that all sessions keep.
    public var sessionMemory = 64 << 20
    /// Whether the name of a session that is over, or another's, is refused, or else answered with a new session.
    public var refusesStaleSessions = false
    /// With what a connection is closed whose key is wrong; 0 keeps it open.
    public var wrongKeyCode = 0
    /// With what a connection is closed whose session goes on elsewhere.
    public var takeoverCode = 1008

    // MARK: - Webhooks and uploads

    /// Whether a webhook is told `{"data":[…]}` in place of the bare result.
    public var wrapsWebhooks = false
    /// Whether a task with a webhook is only acknowledged, whatever its delivery method.
    public var webhookAcknowledges = false
    /// How long a webhook may take to be heard, in nanoseconds.
    public var webhookTime = Int64.seconds(5)
    /// How often a webhook is tried again.
    public var webhookRetries = 8

    // MARK: - Addresses

    /// What stands before paths in absolute addresses, such as `https://outpaint.example`; taken from each request if not
    /// given.
    public var publicURL: String?
    /// Whether `x-forwarded-proto` and `x-forwarded-host` are believed.
    public var trustsForwarded = true
    /// What the browser of another origin may be told of a delivered picture; nothing if not given.
    public var deliveryOrigin: String?

    public init() {}
}
