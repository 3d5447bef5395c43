public import Outbound
public import Time

/// A message to send when a task ends, stored as a value in the task's record.
///
/// The task's service composes the message from the record at each attempt, so no copy of it is kept.
public struct OutboxEntry: Hashable, Sendable {
    public let kind: Message.Kind
    public let url: String
    public let retry: Retry
    /// The time limit of an attempt, if shorter than that of all transfers.
    public let timeout: Interval?
    public internal(set) var tries = 0
    /// The next attempt; `nil` before the task has ended and once the entry is done.
    var next: Instant?
    public internal(set) var isDone = false
    /// Whether an attempt is in progress.
    var isBeingTried = false

    public init(_ kind: Message.Kind, to url: String, retrying retry: Retry, within timeout: Interval? = nil) {
        (self.kind, self.url, self.retry, self.timeout) = (kind, url, retry, timeout)
    }
}
