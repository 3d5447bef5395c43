import Bytes
import Synchronization

/// What all loops of a server share. Nothing here changes but counters.
final class ServerCore: Sendable {
    let router: Router
    let limits: Limits
    let budget: Budget
    let wallClock: @Sendable () -> Int64
    let observer: (@Sendable (Exchange) -> Void)?
    /// Whether there is an observer, to be asked for every request without touching it.
    let isObserved: Bool
    let namesRequests: Bool

    /// Connections being served, on all loops.
    let connectionCount = Atomic<Int>(0)
    /// Connections that are only told that there are too many.
    let refusedCount = Atomic<Int>(0)
    let isStopping = Atomic<Bool>(false)

    init(
        router: Router, limits: Limits, wallClock: @escaping @Sendable () -> Int64,
        namesRequests: Bool, observer: (@Sendable (Exchange) -> Void)?
    ) {
        self.router = router
        self.limits = limits
        budget = Budget(limit: limits.bodyMemory, ease: limits.bodyEase)
        self.wallClock = wallClock
        self.namesRequests = namesRequests
        self.observer = observer
        isObserved = observer != nil
    }
}
