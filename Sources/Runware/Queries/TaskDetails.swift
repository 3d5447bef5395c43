import Bytes

/// The details of a task, as an item of an answer.
struct TaskDetails: Sendable {
    let taskUUID: String
    /// Whether the query was asynchronous, in which case the client expects a status.
    let isAsync: Bool
    /// The task as it was sent.
    let request: SharedBytes
    /// The last answer about the task.
    let last: Answer
}
