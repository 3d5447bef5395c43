/// The two search trees of a maximum flow (Boykov and Kolmogorov 2004): they grow from the terminals until they meet, and
/// are kept from one augmentation to the next.
struct SearchTrees: ~Copyable {
    private let graph: CutGraph
    /// The queue of active nodes: a ring with room for every node, since none is queued twice.
    private let queue: Table<Int32>
    private var queueHead = 0
    private var queueTail = 0
    /// Nodes without a parent; none is added twice before all are adopted.
    private let orphans: Table<Int32>
    private var orphanCount = 0
    /// Counts augmentations.
    private var time: Int32 = 0

    /// The graph's capacity is a power of two.
    init(_ graph: CutGraph) {
        self.graph = graph
        queue = Table(graph.capacity, repeating: 0)
        orphans = Table(graph.capacity, repeating: 0)
    }

    /// Finds the maximum flow among the first `count` nodes.
    mutating func search(_ count: Int) {
        (queueHead, queueTail) = (0, 0)
        time = 0
        for p in 0..<count where graph.terminals[p] != 0 {
            graph.links[p].tree = graph.terminals[p] > 0 ? .source : .sink
            graph.links[p].parent = CutGraph.Link.terminal
            graph.links[p].distance = 1
            wake(p)
        }
        while queueHead < queueTail {
            let p = Int(queue[queueHead & (queue.count &- 1)])
            queueHead &+= 1
            graph.links[p].isQueued = false
            while graph.links[p].tree != .none, let (s, k) = grow(p) {
                time &+= 1
                augment(s, k)
                adopt()
            }
        }
    }

    @inline(__always)
    private mutating func wake(_ p: Int) {
        if graph.links[p].isQueued { return }
        graph.links[p].isQueued = true
        queue[queueTail & (queue.count &- 1)] = Int32(truncatingIfNeeded: p)
        queueTail &+= 1
    }

    /// Lets the tree of `p` take in its free neighbors, until one belongs to the other tree: then the arc (node on the
    /// source's side, direction) closes a path.
    @inline(__always)
    private mutating func grow(_ p: Int) -> (Int, Int)? {
        let own = graph.links[p]
        let isSource = own.tree == .source
        for k in 0..<4 {
            let r = Int(graph.neighbors[4 &* p &+ k])
            if r < 0 { continue }
            if graph.room[isSource ? 4 &* p &+ k : 4 &* r &+ k ^ 1] == 0 { continue }
            let other = graph.links[r]
            if other.tree == .none {
                join(r, own.tree, p, k ^ 1, own.distance, own.time)
                wake(r)
            } else if other.tree != own.tree {
                return isSource ? (p, k) : (r, k ^ 1)
            } else if other.time <= own.time, other.distance > own.distance {
                // A shorter path for a neighbor that is already in this tree.
                join(r, own.tree, p, k ^ 1, own.distance, own.time)
            }
        }
        return nil
    }

    /// Makes `p` the parent of `r`.
    @inline(__always)
    private func join(_ r: Int, _ tree: CutGraph.Tree, _ p: Int, _ arc: Int, _ distance: Int32, _ time: Int32) {
        var link = graph.links[r]
        link.parent = Int32(truncatingIfNeeded: p)
        link.arc = UInt8(truncatingIfNeeded: arc)
        link.tree = tree
        link.distance = distance &+ 1
        link.time = time
        graph.links[r] = link
    }

    /// Sends as much as fits along the path through arc `k` of node `s`; nodes cut off from their parent are orphans.
    private mutating func augment(_ s: Int, _ k: Int) {
        let t = Int(graph.neighbors[4 &* s &+ k])
        var flow = graph.room[4 &* s &+ k]
        var (a, link) = (s, graph.links[s])
        while link.parent >= 0 {
            a = Int(link.parent)
            flow = min(flow, graph.room[4 &* a &+ Int(link.arc ^ 1)])
            link = graph.links[a]
        }
        flow = min(flow, graph.terminals[a])
        (a, link) = (t, graph.links[t])
        while link.parent >= 0 {
            flow = min(flow, graph.room[4 &* a &+ Int(link.arc)])
            a = Int(link.parent)
            link = graph.links[a]
        }
        flow = min(flow, 0 &- graph.terminals[a])

        graph.room.add(0 &- flow, at: 4 &* s &+ k)
        graph.room.add(flow, at: 4 &* t &+ k ^ 1)
        (a, link) = (s, graph.links[s])
        while link.parent >= 0 {
            let (up, arc) = (Int(link.parent), Int(link.arc))
            graph.room.add(flow, at: 4 &* a &+ arc)
            let left = graph.room[4 &* up &+ arc ^ 1] &- flow
            graph.room[4 &* up &+ arc ^ 1] = left
            if left == 0 { abandon(a) }
            (a, link) = (up, graph.links[up])
        }
        graph.terminals.add(0 &- flow, at: a)
        if graph.terminals[a] == 0 { abandon(a) }
        (a, link) = (t, graph.links[t])
        while link.parent >= 0 {
            let (up, arc) = (Int(link.parent), Int(link.arc))
            graph.room.add(flow, at: 4 &* up &+ arc ^ 1)
            let left = graph.room[4 &* a &+ arc] &- flow
            graph.room[4 &* a &+ arc] = left
            if left == 0 { abandon(a) }
            (a, link) = (up, graph.links[up])
        }
        graph.terminals.add(flow, at: a)
        if graph.terminals[a] == 0 { abandon(a) }
    }

    @inline(__always)
    private mutating func abandon(_ a: Int) {
        graph.links[a].parent = CutGraph.Link.orphan
        orphans[orphanCount] = Int32(truncatingIfNeeded: a)
        orphanCount &+= 1
    }

    /// Finds each orphan the parent in its tree that is nearest to the terminal; without one it becomes free and its
    /// children are orphans in turn.
    private mutating func adopt() {
        var next = 0
        while next < orphanCount {
            let a = Int(orphans[next])
            next &+= 1
            let tree = graph.links[a].tree
            let isSource = tree == .source
            var (best, nearest) = (-1, Int32.max)
            for k in 0..<4 {
                let u = Int(graph.neighbors[4 &* a &+ k])
                if u < 0 || graph.links[u].tree != tree { continue }
                if graph.room[isSource ? 4 &* u &+ k ^ 1 : 4 &* a &+ k] == 0 { continue }
                guard let distance = distanceToTerminal(u) else { continue }
                if distance < nearest { (best, nearest) = (k, distance) }
                // Distances found on the way are kept for later queries.
                var (z, d) = (u, distance)
                while graph.links[z].time != time {
                    graph.links[z].time = time
                    graph.links[z].distance = d
                    d &-= 1
                    z = Int(graph.links[z].parent)
                }
            }
            if best >= 0 {
                join(a, tree, Int(graph.neighbors[4 &* a &+ best]), best, nearest, time)
                continue
            }
            for k in 0..<4 {
                let u = Int(graph.neighbors[4 &* a &+ k])
                if u < 0 || graph.links[u].tree != tree { continue }
                if graph.room[isSource ? 4 &* u &+ k ^ 1 : 4 &* a &+ k] != 0 { wake(u) }
                if graph.links[u].parent == Int32(truncatingIfNeeded: a) { abandon(u) }
            }
            graph.links[a].tree = .none
            graph.links[a].parent = CutGraph.Link.free
        }
        orphanCount = 0
    }

    /// Steps from `u` to the terminal its branch hangs from, `nil` if it hangs from an orphan.
    @inline(__always)
    private func distanceToTerminal(_ u: Int) -> Int32? {
        var (z, steps): (Int, Int32) = (u, 0)
        while true {
            let link = graph.links[z]
            if link.time == time { return steps &+ link.distance }
            if link.parent < 0 {
                if link.parent != CutGraph.Link.terminal { return nil }
                graph.links[z].time = time
                graph.links[z].distance = 1
                return steps &+ 1
            }
            steps &+= 1
            z = Int(link.parent)
        }
    }
}
