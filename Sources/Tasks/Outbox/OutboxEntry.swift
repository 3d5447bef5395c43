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
    /// What is to happen to it, in the words of clients.
    public let steering: String
    public internal(set) var tries = 0
    /// The next attempt; `nil` before the task has ended and once the entry is done.
    var next: Instant?
    public internal(set) var isDone = false
    /// Whether an attempt is in progress.
    var isBeingTried = false
    /// Whether its fault has delayed it already.
    var isDelayed = false
    /// The fault of the attempt that waits.
    var fault: MessageFault?

    public init(
        _ kind: Message.Kind, to url: String, retrying retry: Retry, within timeout: Interval? = nil,
        steeredBy steering: String = ""
    ) {
        (self.kind, self.url, self.retry, self.timeout, self.steering) = (kind, url, retry, timeout, steering)
    }
}
