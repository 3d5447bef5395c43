/// A task as it is at one moment.
public struct Snapshot: Sendable {
    public let record: TaskRecord
    public let state: State

    public enum State: Equatable, Sendable {
        case waiting
        /// Progress goes from 0 to 1.
        case running(progress: Double, started: Int64)
        case ended(Outcome)
    }

    public var id: TaskID { record.id }
}
