/// The graph of a minimum cut: nodes with at most four neighbors, and the residual capacities of its arcs.
///
/// Arcs of a node are numbered 0 right, 1 left, 2 down, 3 up; the sister of arc `k` is arc `k ^ 1` of the neighbor.
final class CutGraph: Sendable {
    /// A node's place in the search trees, stored together because walking a path reads little else.
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

        static let free: Int32 = -1
        static let orphan: Int32 = -2
        static let terminal: Int32 = -3
    }

    enum Tree: UInt8, BitwiseCopyable { case none, source, sink }

    let links: Table<Link>
    /// Four for each node: the neighbors by arc, -1 for none, and the residual capacity of each arc.
    let neighbors: Table<Int32>
    let room: Table<Int32>
    /// The residual capacity from the source to a node (positive) or from it to the sink (negative).
    let terminals: Table<Int32>

    /// A graph with room for `capacity` nodes.
    init(capacity: Int) {
        links = Table(capacity, repeating: Link())
        neighbors = Table(4 * capacity, repeating: -1)
        room = Table(4 * capacity, repeating: 0)
        terminals = Table(capacity, repeating: 0)
    }

    var capacity: Int { links.count }

    /// Takes all arcs and costs from the first `count` nodes.
    func clear(_ count: Int) {
        for p in 0..<count {
            links[p] = Link()
            terminals[p] = 0
        }
        for arc in 0..<4 * count {
            neighbors[arc] = -1
            room[arc] = 0
        }
    }
}
