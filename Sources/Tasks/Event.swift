public import System

/// Something that the owner of a task service should know. Events may come from any thread, and often.
public enum Event: Sendable {
    /// A request was refused because of a limit that is not the caller's own.
    case full(TaskError)
    /// Bytes stay in memory because no file can be written.
    case noFile(Errno)
    /// A store operation failed. It is retried.
    case storeFailed(StoreError)

    public typealias Observer = @Sendable (Event) -> Void
}
