import Synchronization

/// All loops of a server, each to be used on its own thread but for what is made for others: its load and its inbox.
final class LoopGroup: @unchecked Sendable {
    // Unchecked: the array never changes once the server starts, and of the loops in it only `load` (atomic), `index`
    // (constant) and `events.submit` (locked) are used from other threads.
    private(set) var loops: [ServerLoop] = []

    func add(_ loop: ServerLoop) { loops.append(loop) }

    /// The loop with the fewest connections; `mine` if that is no worse.
    func leastLoaded(_ mine: ServerLoop) -> ServerLoop {
        var best = mine
        var least = mine.load.load(ordering: .relaxed)
        for loop in loops where loop !== mine {
            let load = loop.load.load(ordering: .relaxed)
            if load < least { (best, least) = (loop, load) }
        }
        return best
    }
}
