/// Minimum cut of a graph with at most four neighbors a node and integer capacities.
///
/// Any maximum flow leaves the same set of nodes reachable from the source, so the answer does not depend on the order in
/// which paths are found.
struct MinimumCut: ~Copyable {
    private(set) var count = 0
    private var graph = CutGraph(capacity: 1024)
    private var trees: SearchTrees

    init() {
        trees = SearchTrees(graph)
    }

    /// Starts a graph of `count` nodes without arcs.
    mutating func reset(_ count: Int) {
        if count > graph.capacity {
            var capacity = graph.capacity
            while capacity < count { capacity *= 2 }
            graph = CutGraph(capacity: capacity)
            trees = SearchTrees(graph)
        } else {
            graph.clear(count)
        }
        self.count = count
    }

    /// Adds `cost` for node `p` to be on the sink's side, that is, to switch (negative: to stay).
    @inline(__always)
    func addCost(_ p: Int, _ cost: Int) {
        graph.terminals.add(Int32(truncatingIfNeeded: cost), at: p)
    }

    /// Adds an arc from `p` to its neighbor `r` in direction `k`: what it costs when `p` stays and `r` switches.
    @inline(__always)
    func addArc(_ p: Int, _ k: Int, _ r: Int, _ cost: Int) {
        graph.neighbors[4 &* p &+ k] = Int32(truncatingIfNeeded: r)
        graph.neighbors[4 &* r &+ k ^ 1] = Int32(truncatingIfNeeded: p)
        graph.room.add(Int32(truncatingIfNeeded: cost), at: 4 &* p &+ k)
    }

    /// Whether node `p` switches: it cannot be reached from the source.
    @inline(__always)
    func switches(_ p: Int) -> Bool { graph.links[p].tree != .source }

    /// Finds the maximum flow.
    mutating func solve() { trees.search(count) }
}
