import Bytes
import Synchronization
import Time

/// What all loops of a server share. Nothing here changes but counters.
final class ServerCore: Sendable {
    let dispatcher: Dispatcher
    let limits: Limits
    let budget: Budget
    /// The time of the Date field.
    let clock: Clock
    /// Whether there are layers or amendments, to be asked for every request without touching them.
    let isWatched: Bool
    let namesRequests: Bool

    /// Connections being served, on all loops.
    let connectionCount = Atomic<Int>(0)
    /// Connections that are only answered that there are too many.
    let refusedCount = Atomic<Int>(0)
    let isStopping = Atomic<Bool>(false)

    init(
        _ hosts: Hosts, limits: Limits, layers: [any Layer], amends: Bool, clock: Clock,
        namesRequests: Bool
    ) {
        dispatcher = Dispatcher(hosts, limits, layers: layers, amends: amends)
        self.limits = limits
        budget = Budget(limit: limits.bodyMemory, threshold: limits.bodyTurnThreshold)
        self.clock = clock
        self.namesRequests = namesRequests
        isWatched = dispatcher.isWatched
    }
}
