/// Minimum cut of a graph with at most four neighbours a node and integer capacities.
///
/// Any maximum flow leaves the same set of nodes reachable from the source, so the answer depends neither on the order in
/// which paths are found nor on whether two halves of the graph were searched at once.
struct MinimumCut: ~Copyable {
    private(set) var count = 0
    private var graph = CutGraph(capacity: 1024)
    private var whole = Search(CutGraph(capacity: 1))
    private var half = Search(CutGraph(capacity: 1))

    /// From this many nodes on it is worth while to search halves at once.
    private static let worthSharing = 400

    init() {
        whole = Search(graph)
        half = Search(graph)
    }

    /// A search that another thread may do.
    private final class Search: @unchecked Sendable {
        // One thread at a time uses it: the owner, or who does the owner's errand.
        var trees: SearchTrees

        init(_ graph: CutGraph) {
            trees = SearchTrees(graph)
        }
    }

    /// Starts a graph of `count` nodes without arcs.
    mutating func reset(_ count: Int) {
        if count > graph.capacity {
            var capacity = graph.capacity
            while capacity < count { capacity *= 2 }
            graph = CutGraph(capacity: capacity)
            whole = Search(graph)
            half = Search(graph)
        } else {
            graph.clear(count)
        }
        self.count = count
    }

    /// Adds `cost` to what it costs node `p` to be on the sink's side, to switch (negative: to stay).
    @inline(__always)
    func addCost(_ p: Int, _ cost: Int) {
        graph.terminals.add(Int32(truncatingIfNeeded: cost), at: p)
    }

    /// Adds an arc from `p` to its neighbour `r` in direction `k`: what it costs when `p` stays and `r` switches.
    @inline(__always)
    func addArc(_ p: Int, _ k: Int, _ r: Int, _ cost: Int) {
        graph.neighbours[4 &* p &+ k] = Int32(truncatingIfNeeded: r)
        graph.neighbours[4 &* r &+ k ^ 1] = Int32(truncatingIfNeeded: p)
        graph.room.add(Int32(truncatingIfNeeded: cost), at: 4 &* p &+ k)
    }

    /// Whether node `p` switches: it cannot be reached from the source.
    @inline(__always)
    func switches(_ p: Int) -> Bool { graph.links[p].tree != .source }

    /// Finds the maximum flow, in two halves at once if somebody has a hand free.
    mutating func solve(_ hands: OrderedJobs.Hands? = nil) {
        if let hands, count >= MinimumCut.worthSharing, solveHalves({ hands.share($0, with: $1) }) { return }
        whole.trees.search(0..<count)
    }

    /// Finds the maximum flow of each half, then of the whole; `share` does both parts it is given or neither.
    mutating func solveHalves(_ share: (() -> Void, @Sendable () -> Void) -> Bool) -> Bool {
        let (whole, half, middle, count) = (whole, half, count / 2, count)
        let shared = share({ whole.trees.search(0..<middle) }, { half.trees.search(middle..<count) })
        if shared { whole.trees.join(at: middle, count, otherTime: half.trees.time) }
        return shared
    }
}
