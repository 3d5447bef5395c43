/// Minimum cut of a graph with at most four neighbours a node and integer capacities, by two search trees that are kept
/// from one augmentation to the next (Boykov and Kolmogorov 2004).
///
/// Arcs of a node are numbered 0 right, 1 left, 2 down, 3 up; the sister of arc `k` is arc `k ^ 1` of the neighbour.
/// Any maximum flow leaves the same set of nodes reachable from the source, so the answer does not depend on the order
/// in which paths are found.
struct MinimumCut: ~Copyable {
    struct Node: BitwiseCopyable {
        /// Neighbours by arc, -1 for none.
        var neighbours: InlineArray<4, Int32> = .init(repeating: -1)
        /// What may still flow through each arc.
        var room: InlineArray<4, Int32> = .init(repeating: 0)
        /// What may still flow from the source (positive) or to the sink (negative).
        var terminal: Int32 = 0
        /// Steps to the terminal, as known at `time`.
        var distance: Int32 = 0
        var time: Int32 = 0
        var tree: Tree = .none
        /// The arc to the parent, or one of the constants below.
        var parent: Int8 = noParent
        var isQueued = false
    }

    enum Tree: UInt8, BitwiseCopyable { case none, source, sink }

    private static let noParent: Int8 = -1
    private static let orphan: Int8 = -2
    private static let terminalParent: Int8 = 4

    private var nodes = Table<Node>(1024, repeating: Node())
    private(set) var count = 0
    private var queue: [Int32] = []
    private var orphans: [Int32] = []
    private var time: Int32 = 0

    init() {}

    /// Starts a graph of `count` nodes without arcs.
    mutating func reset(_ count: Int) {
        if count > nodes.count {
            nodes = Table(max(count, 2 * nodes.count), repeating: Node())
        } else {
            for p in 0..<count { nodes[p] = Node() }
        }
        self.count = count
    }

    /// Adds `cost` to what it costs node `p` to be on the sink's side, to switch (negative: to stay).
    @inline(__always)
    mutating func addCost(_ p: Int, _ cost: Int) {
        nodes[p].terminal &+= Int32(truncatingIfNeeded: cost)
    }

    /// Adds an arc from `p` to its neighbour `r` in direction `k`: what it costs when `p` stays and `r` switches.
    @inline(__always)
    mutating func addArc(_ p: Int, _ k: Int, _ r: Int, _ cost: Int) {
        nodes[p].neighbours[k] = Int32(truncatingIfNeeded: r)
        nodes[r].neighbours[k ^ 1] = Int32(truncatingIfNeeded: p)
        nodes[p].room[k] &+= Int32(truncatingIfNeeded: cost)
    }

    /// Whether node `p` switches: it cannot be reached from the source.
    @inline(__always)
    func switches(_ p: Int) -> Bool { nodes[p].tree != .source }

    /// Finds the maximum flow.
    mutating func solve() {
        queue.removeAll(keepingCapacity: true)
        time = 0
        for p in 0..<count where nodes[p].terminal != 0 {
            nodes[p].tree = nodes[p].terminal > 0 ? .source : .sink
            nodes[p].parent = MinimumCut.terminalParent
            nodes[p].distance = 1
            wake(p)
        }
        var head = 0
        while head < queue.count {
            let p = Int(queue[head])
            head &+= 1
            nodes[p].isQueued = false
            while nodes[p].tree != .none, let (s, k) = grow(p) {
                time &+= 1
                augment(s, k)
                adopt()
            }
        }
    }

    private mutating func wake(_ p: Int) {
        if nodes[p].isQueued { return }
        nodes[p].isQueued = true
        queue.append(Int32(truncatingIfNeeded: p))
    }

    /// Lets the tree of `p` take in its free neighbours, until one belongs to the other tree: then the arc (node on the
    /// source's side, direction) closes a path.
    @inline(__always)
    private mutating func grow(_ p: Int) -> (Int, Int)? {
        let (tree, distance, stamp) = (nodes[p].tree, nodes[p].distance, nodes[p].time)
        for k in 0..<4 {
            let r = Int(nodes[p].neighbours[k])
            if r < 0 { continue }
            let room = tree == .source ? nodes[p].room[k] : nodes[r].room[k ^ 1]
            if room == 0 { continue }
            let other = nodes[r].tree
            if other == .none {
                nodes[r].tree = tree
                nodes[r].parent = Int8(truncatingIfNeeded: k ^ 1)
                nodes[r].distance = distance &+ 1
                nodes[r].time = stamp
                wake(r)
            } else if other != tree {
                return tree == .source ? (p, k) : (r, k ^ 1)
            } else if nodes[r].time <= stamp, nodes[r].distance > distance {
                // A shorter way for a neighbour that already belongs here.
                nodes[r].parent = Int8(truncatingIfNeeded: k ^ 1)
                nodes[r].time = stamp
                nodes[r].distance = distance &+ 1
            }
        }
        return nil
    }

    /// Sends as much as fits along the path through arc `k` of node `s`; nodes cut off from their parent are orphans.
    private mutating func augment(_ s: Int, _ k: Int) {
        let t = Int(nodes[s].neighbours[k])
        var flow = nodes[s].room[k]
        var a = s
        while true {
            let parent = Int(nodes[a].parent)
            if parent == MinimumCut.terminalParent { break }
            a = Int(nodes[a].neighbours[parent])
            flow = min(flow, nodes[a].room[parent ^ 1])
        }
        flow = min(flow, nodes[a].terminal)
        a = t
        while true {
            let parent = Int(nodes[a].parent)
            if parent == MinimumCut.terminalParent { break }
            flow = min(flow, nodes[a].room[parent])
            a = Int(nodes[a].neighbours[parent])
        }
        flow = min(flow, 0 &- nodes[a].terminal)

        nodes[s].room[k] &-= flow
        nodes[t].room[k ^ 1] &+= flow
        a = s
        while true {
            let parent = Int(nodes[a].parent)
            if parent == MinimumCut.terminalParent { break }
            let up = Int(nodes[a].neighbours[parent])
            nodes[a].room[parent] &+= flow
            nodes[up].room[parent ^ 1] &-= flow
            if nodes[up].room[parent ^ 1] == 0 { abandon(a) }
            a = up
        }
        nodes[a].terminal &-= flow
        if nodes[a].terminal == 0 { abandon(a) }
        a = t
        while true {
            let parent = Int(nodes[a].parent)
            if parent == MinimumCut.terminalParent { break }
            let up = Int(nodes[a].neighbours[parent])
            nodes[up].room[parent ^ 1] &+= flow
            nodes[a].room[parent] &-= flow
            if nodes[a].room[parent] == 0 { abandon(a) }
            a = up
        }
        nodes[a].terminal &+= flow
        if nodes[a].terminal == 0 { abandon(a) }
    }

    @inline(__always)
    private mutating func abandon(_ a: Int) {
        nodes[a].parent = MinimumCut.orphan
        orphans.append(Int32(truncatingIfNeeded: a))
    }

    /// Finds each orphan the parent in its tree that is nearest to the terminal; without one it becomes free and its
    /// children are orphans in turn.
    private mutating func adopt() {
        var next = 0
        while next < orphans.count {
            let a = Int(orphans[next])
            next &+= 1
            let tree = nodes[a].tree
            var (best, nearest) = (-1, Int32.max)
            for k in 0..<4 {
                let u = Int(nodes[a].neighbours[k])
                if u < 0 || nodes[u].tree != tree { continue }
                if (tree == .source ? nodes[u].room[k ^ 1] : nodes[a].room[k]) == 0 { continue }
                guard let distance = distanceToTerminal(u) else { continue }
                if distance < nearest { (best, nearest) = (k, distance) }
                // What was learnt on the way is kept for the next who asks.
                var (z, d) = (u, distance)
                while nodes[z].time != time {
                    nodes[z].time = time
                    nodes[z].distance = d
                    d &-= 1
                    z = Int(nodes[z].neighbours[Int(nodes[z].parent)])
                }
            }
            if best >= 0 {
                nodes[a].parent = Int8(truncatingIfNeeded: best)
                nodes[a].time = time
                nodes[a].distance = nearest &+ 1
                continue
            }
            for k in 0..<4 {
                let u = Int(nodes[a].neighbours[k])
                if u < 0 || nodes[u].tree != tree { continue }
                if (tree == .source ? nodes[u].room[k ^ 1] : nodes[a].room[k]) != 0 { wake(u) }
                if nodes[u].parent == Int8(truncatingIfNeeded: k ^ 1) { abandon(u) }
            }
            nodes[a].tree = .none
            nodes[a].parent = MinimumCut.noParent
        }
        orphans.removeAll(keepingCapacity: true)
    }

    /// Steps from `u` to the terminal its branch hangs from, `nil` if it hangs from an orphan.
    @inline(__always)
    private mutating func distanceToTerminal(_ u: Int) -> Int32? {
        var (z, steps): (Int, Int32) = (u, 0)
        while true {
            if nodes[z].time == time { return steps &+ nodes[z].distance }
            let parent = nodes[z].parent
            if parent == MinimumCut.terminalParent {
                nodes[z].time = time
                nodes[z].distance = 1
                return steps &+ 1
            }
            if parent < 0 { return nil }
            steps &+= 1
            z = Int(nodes[z].neighbours[Int(parent)])
        }
    }
}
