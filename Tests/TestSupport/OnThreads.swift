import System

/// Calls `body` on so many threads at once, and returns when all are through.
public func onThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) throws {
    if count == 0 { return }
    let thread = try Thread("test", body)
    let rest = Result { try onThreads(count - 1, body) }
    thread.join()
    try rest.get()
}
