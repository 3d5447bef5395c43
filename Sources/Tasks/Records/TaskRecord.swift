public import Crypto
public import Imaging

/// What is known of a task: a row, as any store can keep it. It is written twice, when the task is accepted and when it ends.
public struct TaskRecord: Sendable {
    public let id: TaskID
    public let namespace: Namespace
    /// The address of its picture.
    public let content: SHA256.Digest
    public let format: ImageFormat
    /// The number to show as the picture's seed.
    public let seed: UInt32
    /// In millionths of a credit.
    public let cost: Int64
    public let resultLifetime: Int64
    /// Times are in nanoseconds since 1970.
    public let accepted: Int64
    public internal(set) var end: End?

    /// How and when a task ended.
    public struct End: Sendable {
        public let outcome: Outcome
        /// When its work was begun; when it ended for what never was.
        public let started: Int64
        public let finished: Int64
        /// When the task is forgotten.
        public let forgotten: Int64

        public init(_ outcome: Outcome, started: Int64, finished: Int64, forgotten: Int64) {
            (self.outcome, self.started, self.finished, self.forgotten) = (outcome, started, finished, forgotten)
        }
    }

    public init(
        id: TaskID, namespace: Namespace, content: SHA256.Digest, format: ImageFormat, seed: UInt32, cost: Int64,
        resultLifetime: Int64, accepted: Int64
    ) {
        (self.id, self.namespace, self.content, self.format) = (id, namespace, content, format)
        (self.seed, self.cost, self.resultLifetime, self.accepted) = (seed, cost, resultLifetime, accepted)
    }

    /// Until when there is a picture.
    public var resultExpires: Int64? {
        guard let end, end.outcome == .ready else { return nil }
        return end.finished.later(by: resultLifetime)
    }
}
