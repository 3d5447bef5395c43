public import Imaging
public import Time

/// The settings of a task service. A submit that exceeds a limit is refused with a ``TaskError``.
public struct Settings: Sendable {
    /// The number of worker threads; 0 means one per core.
    public var workers = 0

    /// Whether identical work is done once, for all tasks that request it while it is running or its picture is kept.
    public var sharesIdentical = true
    /// The life of tasks whose order specifies none.
    public var life = Life.standard
    /// The maximum number of tasks that wait for a worker.
    public var queueLength = 1000
    /// The maximum bytes of the images of all unfinished tasks.
    public var queueBytes = 2 << 30
    /// The maximum number of active tasks of a namespace, unless an order specifies it.
    public var activeLimit = 24

    /// How long a finished picture is kept, unless an order specifies it.
    public var resultLifetime = Interval.minutes(10)
    /// How long a task is known after its end; at least as long as its picture is kept.
    public var taskRetention = Interval.hours(1)
    /// The maximum number of known tasks.
    public var taskLimit = 1_000_000
    /// Bytes of finished pictures from which new tasks are refused. Accepted tasks are still finished and kept.
    public var resultBytes = 4 << 30

    /// The bytes of images, and likewise of pictures, that stay in memory. The rest is stored in files.
    public var imageMemory = 2 << 20
    public var resultMemory = 2 << 20
    /// The folder on whose file system these files are stored. They are unnamed.
    public var spoolFolder = "/var/tmp"

    /// The initial balance of a namespace, in millionths of a credit.
    public var balance: Int64 = 1_000_000 * 1_000_000
    /// The number of namespaces whose spending is remembered. Beyond it, the least recently used are forgotten and
    /// start again with the initial balance.
    public var namespaceLimit = 100_000

    /// How long the lease lasts: other processes with the same store take over the work of this one when it is not
    /// renewed.
    var leaseTime = Interval.seconds(60)

    /// Makes IDs, seeds and signatures the same in each run. Without a seed they are random.
    public var seed: UInt64?
    /// The limits for reading images.
    public var images = ImageLimits()

    public init() {}
}
