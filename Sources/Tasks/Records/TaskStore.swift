/// Where tasks are kept. Any thread may call it, event loops too.
public protocol TaskStore: Sendable {
    /// Keeps a task that was accepted, unless its id is taken.
    func insert(_ record: TaskRecord) -> Bool
    func record(_ id: TaskID) -> TaskRecord?
    /// Keeps how a task ended.
    func end(_ id: TaskID, _ end: TaskRecord.End)
    /// Lets go of the tasks that are forgotten by now.
    func forget(at now: Int64)
    var count: Int { get }
}
