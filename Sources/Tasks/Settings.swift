public import Imaging

/// What can be told to a workshop. At each bound a submit is refused by name (``TaskError``).
public struct Settings: Sendable {
    /// Threads that make pictures; 0 runs one a core.
    public var workers = 0

    /// Whether work that is the same is done once, for all tasks that ask for it while it is under way or kept.
    public var sharesIdentical = true
    /// Tasks that may wait for a worker.
    public var queueLength = 1000
    /// Bytes of the references of all tasks that are not done.
    public var queueBytes = 2 << 30
    /// Tasks of one namespace that may be under way at once, where an order does not say it.
    public var activeLimit = 24

    /// How long a finished picture is kept, where an order does not say it, in nanoseconds.
    public var resultLifetime = Int64.seconds(10 * 60)
    /// How long a task is known after its end, in nanoseconds; never less than its picture is kept.
    public var taskRetention = Int64.seconds(60 * 60)
    /// Tasks that may be known at once.
    public var taskLimit = 1_000_000
    /// Bytes of finished pictures past which nothing more is accepted. What was accepted before is still made and kept.
    public var resultBytes = 4 << 30

    /// Bytes of references, and of pictures, that stay in memory each. What comes when that is full goes to files.
    public var referenceMemory = 2 << 20
    public var resultMemory = 2 << 20
    /// The folder on whose file system these files are. They have no name in it.
    public var spoolFolder = "/var/tmp"

    /// What a namespace has to spend when it is first seen, in millionths of a credit.
    public var balance: Int64 = 1_000_000 * 1_000_000
    /// Namespaces that are remembered with what they spent. Of more, those go that spent nothing for the longest, and have
    /// their first balance again.
    public var namespaceLimit = 100_000

    /// Makes ids, seeds and signatures the same in each run; they are random without one.
    public var seed: UInt64?
    /// The bounds for reading references.
    public var images = ImageLimits()

    public init() {}
}
