/// Minimum cut of a graph with at most four neighbours a node and integer capacities, by two search trees that are kept
/// from one augmentation to the next (Boykov and Kolmogorov 2004).
///
/// Arcs of a node are numbered 0 right, 1 left, 2 down, 3 up; the sister of arc `k` is arc `k ^ 1` of the neighbour.
/// Any maximum flow leaves the same set of nodes reachable from the source, so the answer does not depend on the order
/// in which paths are found.
struct MinimumCut: ~Copyable {
    /// A node's place in the trees. Walking a path reads little else, so these lie together.
    ///
    /// Not private, and neither is `Tree`: 6.3 crashes when functions inlined into other files mention private types.
    struct Link: BitwiseCopyable {
        /// The parent, or one of the constants below.
        var parent: Int32 = free
        /// Steps to the terminal, as known at `time`.
        var distance: Int32 = 0
        var time: Int32 = 0
        var tree: Tree = .none
        /// The arc to the parent.
        var arc: UInt8 = 0
        var isQueued = false
    }

    enum Tree: UInt8, BitwiseCopyable { case none, source, sink }

    static let free: Int32 = -1
    private static let orphan: Int32 = -2
    private static let terminal: Int32 = -3

    private(set) var count = 0
    private var links = Table<Link>(0, repeating: Link())
    /// Four for each node: the neighbours by arc, -1 for none, and what may still flow through each arc.
    private var neighbours = Table<Int32>(0, repeating: -1)
    private var room = Table<Int32>(0, repeating: 0)
    /// What may still flow from the source to a node (positive) or from it to the sink (negative).
    private var terminals = Table<Int32>(0, repeating: 0)
    /// Nodes whose neighbours are to be looked at: a ring with room for every node, for none waits twice.
    private var queue = Table<Int32>(0, repeating: 0)
    private var queueHead = 0
    private var queueTail = 0
    /// Nodes without a parent; none becomes one twice before all are seen to.
    private var orphans = Table<Int32>(0, repeating: 0)
    private var orphanCount = 0
    private var time: Int32 = 0

    init() {}

    /// Starts a graph of `count` nodes without arcs.
    mutating func reset(_ count: Int) {
        if count > links.count {
            var size = 1024
            while size < count { size *= 2 }
            links = Table(size, repeating: Link())
            neighbours = Table(4 * size, repeating: -1)
            room = Table(4 * size, repeating: 0)
            terminals = Table(size, repeating: 0)
            queue = Table(size, repeating: 0)
            orphans = Table(size, repeating: 0)
        } else {
            for p in 0..<count {
                links[p] = Link()
                terminals[p] = 0
            }
            for arc in 0..<4 * count {
                neighbours[arc] = -1
                room[arc] = 0
            }
        }
        self.count = count
    }

    /// Adds `cost` to what it costs node `p` to be on the sink's side, to switch (negative: to stay).
    @inline(__always)
    func addCost(_ p: Int, _ cost: Int) {
        terminals[p] &+= Int32(truncatingIfNeeded: cost)
    }

    /// Adds an arc from `p` to its neighbour `r` in direction `k`: what it costs when `p` stays and `r` switches.
    @inline(__always)
    func addArc(_ p: Int, _ k: Int, _ r: Int, _ cost: Int) {
        neighbours[4 &* p &+ k] = Int32(truncatingIfNeeded: r)
        neighbours[4 &* r &+ k ^ 1] = Int32(truncatingIfNeeded: p)
        room[4 &* p &+ k] &+= Int32(truncatingIfNeeded: cost)
    }

    /// Whether node `p` switches: it cannot be reached from the source.
    @inline(__always)
    func switches(_ p: Int) -> Bool { links[p].tree != .source }

    /// Finds the maximum flow.
    mutating func solve() {
        (queueHead, queueTail) = (0, 0)
        time = 0
        for p in 0..<count where terminals[p] != 0 {
            links[p].tree = terminals[p] > 0 ? .source : .sink
            links[p].parent = MinimumCut.terminal
            links[p].distance = 1
            wake(p)
        }
        while queueHead < queueTail {
            let p = Int(queue[queueHead & (queue.count &- 1)])
            queueHead &+= 1
            links[p].isQueued = false
            while links[p].tree != .none, let (s, k) = grow(p) {
                time &+= 1
                augment(s, k)
                adopt()
            }
        }
    }

    @inline(__always)
    private mutating func wake(_ p: Int) {
        if links[p].isQueued { return }
        links[p].isQueued = true
        queue[queueTail & (queue.count &- 1)] = Int32(truncatingIfNeeded: p)
        queueTail &+= 1
    }

    /// Lets the tree of `p` take in its free neighbours, until one belongs to the other tree: then the arc (node on the
    /// source's side, direction) closes a path.
    @inline(__always)
    private mutating func grow(_ p: Int) -> (Int, Int)? {
        let own = links[p]
        let isSource = own.tree == .source
        for k in 0..<4 {
            let r = Int(neighbours[4 &* p &+ k])
            if r < 0 { continue }
            if room[isSource ? 4 &* p &+ k : 4 &* r &+ k ^ 1] == 0 { continue }
            let other = links[r]
            if other.tree == .none {
                join(r, own.tree, p, k ^ 1, own.distance, own.time)
                wake(r)
            } else if other.tree != own.tree {
                return isSource ? (p, k) : (r, k ^ 1)
            } else if other.time <= own.time, other.distance > own.distance {
                // A shorter way for a neighbour that already belongs here.
                join(r, own.tree, p, k ^ 1, own.distance, own.time)
            }
        }
        return nil
    }

    /// Makes `p` the parent of `r`.
    @inline(__always)
    private func join(_ r: Int, _ tree: Tree, _ p: Int, _ arc: Int, _ distance: Int32, _ time: Int32) {
        var link = links[r]
        link.parent = Int32(truncatingIfNeeded: p)
        link.arc = UInt8(truncatingIfNeeded: arc)
        link.tree = tree
        link.distance = distance &+ 1
        link.time = time
        links[r] = link
    }

    /// Sends as much as fits along the path through arc `k` of node `s`; nodes cut off from their parent are orphans.
    private mutating func augment(_ s: Int, _ k: Int) {
        let t = Int(neighbours[4 &* s &+ k])
        var flow = room[4 &* s &+ k]
        var (a, link) = (s, links[s])
        while link.parent >= 0 {
            a = Int(link.parent)
            flow = min(flow, room[4 &* a &+ Int(link.arc ^ 1)])
            link = links[a]
        }
        flow = min(flow, terminals[a])
        (a, link) = (t, links[t])
        while link.parent >= 0 {
            flow = min(flow, room[4 &* a &+ Int(link.arc)])
            a = Int(link.parent)
            link = links[a]
        }
        flow = min(flow, 0 &- terminals[a])

        room[4 &* s &+ k] &-= flow
        room[4 &* t &+ k ^ 1] &+= flow
        (a, link) = (s, links[s])
        while link.parent >= 0 {
            let (up, arc) = (Int(link.parent), Int(link.arc))
            room[4 &* a &+ arc] &+= flow
            let left = room[4 &* up &+ arc ^ 1] &- flow
            room[4 &* up &+ arc ^ 1] = left
            if left == 0 { abandon(a) }
            (a, link) = (up, links[up])
        }
        terminals[a] &-= flow
        if terminals[a] == 0 { abandon(a) }
        (a, link) = (t, links[t])
        while link.parent >= 0 {
            let (up, arc) = (Int(link.parent), Int(link.arc))
            room[4 &* up &+ arc ^ 1] &+= flow
            let left = room[4 &* a &+ arc] &- flow
            room[4 &* a &+ arc] = left
            if left == 0 { abandon(a) }
            (a, link) = (up, links[up])
        }
        terminals[a] &+= flow
        if terminals[a] == 0 { abandon(a) }
    }

    @inline(__always)
    private mutating func abandon(_ a: Int) {
        links[a].parent = MinimumCut.orphan
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
            let tree = links[a].tree
            let isSource = tree == .source
            var (best, nearest) = (-1, Int32.max)
            for k in 0..<4 {
                let u = Int(neighbours[4 &* a &+ k])
                if u < 0 || links[u].tree != tree { continue }
                if room[isSource ? 4 &* u &+ k ^ 1 : 4 &* a &+ k] == 0 { continue }
                guard let distance = distanceToTerminal(u) else { continue }
                if distance < nearest { (best, nearest) = (k, distance) }
                // What was learnt on the way is kept for the next who asks.
                var (z, d) = (u, distance)
                while links[z].time != time {
                    links[z].time = time
                    links[z].distance = d
                    d &-= 1
                    z = Int(links[z].parent)
                }
            }
            if best >= 0 {
                join(a, tree, Int(neighbours[4 &* a &+ best]), best, nearest, time)
                continue
            }
            for k in 0..<4 {
                let u = Int(neighbours[4 &* a &+ k])
                if u < 0 || links[u].tree != tree { continue }
                if room[isSource ? 4 &* u &+ k ^ 1 : 4 &* a &+ k] != 0 { wake(u) }
                if links[u].parent == Int32(truncatingIfNeeded: a) { abandon(u) }
            }
            links[a].tree = .none
            links[a].parent = MinimumCut.free
        }
        orphanCount = 0
    }

    /// Steps from `u` to the terminal its branch hangs from, `nil` if it hangs from an orphan.
    @inline(__always)
    private func distanceToTerminal(_ u: Int) -> Int32? {
        var (z, steps): (Int, Int32) = (u, 0)
        while true {
            let link = links[z]
            if link.time == time { return steps &+ link.distance }
            if link.parent < 0 {
                if link.parent != MinimumCut.terminal { return nil }
                links[z].time = time
                links[z].distance = 1
                return steps &+ 1
            }
            steps &+= 1
            z = Int(link.parent)
        }
    }
}
