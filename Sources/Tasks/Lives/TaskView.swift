/// A task as a caller may see it at one instant.
public struct TaskView: Sendable {
    public let record: TaskRecord
    public let state: State

    public enum State: Equatable, Sendable {
        /// The task has not ended, and shows this state.
        case unfinished(Life.State)
        /// The task is ready as soon as its picture is made.
        case awaitingPicture
        case ended(Outcome)
        /// The task exists, but the poll gets this answer instead.
        case answer(status: Int, retryAfter: Int?)
        /// The poll is answered as if there were no such task.
        case lost
    }

    public var id: TaskID { record.id }
}
