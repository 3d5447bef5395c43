import Bytes

/// All about a task, to be told to its caller.
struct TaskDetails: Sendable {
    let taskUUID: String
    /// Whether it was asked for asynchronously: whoever did looks for a status.
    let isAsync: Bool
    /// The task as it was sent.
    let request: SharedBytes
    /// What was said of it last.
    let last: Answer
}
