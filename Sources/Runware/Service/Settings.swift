public import Tasks
public import Time

/// The settings of the service. Each default is a guess about the real one or a choice of the operator.
public struct Settings: Sendable {
    // MARK: - Keys

    /// The accepted keys; if empty, any key is accepted.
    public var keys: [APIKey] = []

    // MARK: - Requests

    /// The maximum number of values in a message, member names included: each takes memory in addition to the message.
    public var valueLimit = 1_000_000
    /// The maximum number of tasks in a message.
    public var batchLimit = 1000
    /// The maximum number of errors reported for one task.
    public var errorLimit = 100
    /// Whether unknown parameters are refused instead of ignored.
    public var refusesUnknown = true
    /// The bytes of a string that echoes of a request keep, since an image may be long.
    public var echoLimit = 200
    /// The bytes of a request that are kept with its task.
    public var requestLimit = 64 << 10
    /// Whether a query for an unknown task returns an error instead of empty `data`.
    public var unknownTaskIsError = true
    /// The status of a response in which some tasks succeeded and some were refused.
    public var partialStatus = 200
    /// Whether error codes contain a parameter's whole path or only its name.
    public var codes = CodeForm.path
    /// Whether a taskUUID is refused for as long as its task is recorded, or only until the task has ended.
    public var conflictsAfterEnd = true
    /// The form of a dry run's answer.
    public var estimate = Estimate.total

    /// The form of error codes: `invalidOutpaintRight` or `invalidRight`.
    public enum CodeForm: String, CaseIterable, Sendable { case path, name }

    /// One item with the total cost, or one item with its own cost per result.
    public enum Estimate: String, CaseIterable, Sendable { case total, each }

    // MARK: - Pictures

    /// The name of the fill for the canvas.
    public var fill = "mosaic"
    /// The program that files name as their creator.
    public var software: String?
    /// The path of the font file for text watermarks.
    public var font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
    /// The names of the nine watermark positions.
    public var positions = Positions.center
    /// Whether a result over 4 MP is scaled down, both image and added sides, instead of refused.
    public var resizesLarge = true
    /// The maximum side length of a result, if any.
    public var longestSide: Int?
    /// Whether fast mode has the additional restrictions of BFL's API.
    public var fastHasRules = true

    /// The naming of centered positions: `top-center` and `center-left`, `top-middle` and `middle-left`, or `top` and
    /// `left`.
    public enum Positions: String, CaseIterable, Sendable { case center, middle, short }

    // MARK: - Prices and limits

    /// Dollars per started megapixel of output.
    public var price = 0.1
    /// The maximum number of unfinished results of one key.
    public var activeTasks = 1000
    /// Whether a balance is an object instead of a number.
    public var balanceIsObject = false

    // MARK: - Results

    /// How long a picture is kept if the task has no `ttl`.
    public var resultLifetime = Interval.hours(1)
    /// The maximum `ttl`; larger values are clamped.
    public var longestTTL = Interval.days(7)
    /// How long a task is recorded, and the maximum number of recorded tasks.
    public var taskRetention = Interval.hours(1)
    public var taskLimit = 100_000
    /// The bytes of memory for recorded tasks. Refused tasks are removed first.
    public var taskMemory = 128 << 20
    /// The bytes of uploads that may wait to be processed.
    public var uploadQueue = 128 << 20
    /// The maximum number of callers whose usage is recorded.
    public var callerLimit = 100_000

    // MARK: - Media

    /// The maximum side length of stored uploads, if any; larger ones are scaled down.
    public var longestUpload: Int? = 2048
    /// The bytes of all stored media, how many of them stay in memory, and the folder for the rest.
    public var mediaBytes = 1 << 30
    public var mediaMemory = 4 << 20
    public var spoolFolder = "/var/tmp"
    /// How long media are kept after their last use.
    public var mediaLifetime = Interval.days(30)

    // MARK: - WebSocket

    /// The maximum number of queued messages per connection; beyond it the connection is not read.
    public var waitingMessages = 100
    /// How long results are kept for a caller without a connection.
    public var sessionLifetime = Interval.minutes(2)
    /// The maximum number of sessions, including those with open connections.
    public var sessionLimit = 100_000
    /// The maximum number of answers that one session keeps.
    public var sessionAnswers = 1000
    /// The bytes of memory for the answers that all sessions keep.
    public var sessionMemory = 64 << 20
    /// Whether resuming an expired session, or another caller's, is refused instead of starting a new session.
    public var refusesStaleSessions = false
    /// The close code for a wrong key; 0 keeps the connection open.
    public var wrongKeyCode = 0
    /// The close code for a connection whose session was resumed on another connection.
    public var takeoverCode = 1008

    // MARK: - Webhooks and uploads

    /// Whether a webhook's body is `{"data":[…]}` instead of the bare result.
    public var wrapsWebhooks = false
    /// Whether a task with a webhook is only acknowledged, whatever its delivery method.
    public var webhookAcknowledges = false
    /// The timeout of a webhook request.
    public var webhookTime = Interval.seconds(5)
    /// The number of retries of a webhook request.
    public var webhookRetries = 8

    // MARK: - URLs

    /// The base of absolute URLs, such as `https://outpaint.example`; if `nil`, it is taken from each request.
    public var publicURL: String?
    /// Whether `x-forwarded-proto` and `x-forwarded-host` are trusted.
    public var trustsForwarded = true
    /// The origin allowed by CORS for delivered pictures; none if `nil`.
    public var deliveryOrigin: String?

    public init() {}
}
