public import System

/// Something that whoever runs the workshop should hear of. It may come from any thread, and often.
public enum Notice: Sendable {
    /// A bound that is not the caller's own turned something away.
    case full(TaskError)
    /// Bytes that were to go to a file stay in memory, since none can be written.
    case noFile(Errno)

    public typealias Hearer = @Sendable (Notice) -> Void
}
