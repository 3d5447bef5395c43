internal import Imaging
internal import Parallel

/// Cuts the seams between pieces again on the fine grid, where they can follow edges closely.
///
/// Each piece, from the reference outwards, may take over cells within a band around its outline; the best takeover is
/// a minimum cut. Pieces with disjoint bands give the same result in any order, so workers run them concurrently.
struct SeamRefinement {
    private let fine: FineGrid
    private let moves: [PixelMove]
    /// The reference at the fine grid's scale.
    private let small: Downscaled
    private let band: Int

    init(_ fine: FineGrid, _ reference: SharedRaster, coarseCell: Int, _ parameters: MosaicParameters) {
        self.fine = fine
        moves = fine.moves
        small = Downscaled(reference, side: fine.cell)
        band = max(2, (coarseCell * parameters.recutPercent / 100 + fine.cell - 1) / fine.cell)
    }

    func run(_ order: [Int], sweeps: Int, on workers: some Workers) {
        let seeds = outlines()
        let turns = (0..<sweeps).flatMap { _ in order }.filter { !seeds[$0].isEmpty }
        let regions = turns.map { region(of: seeds[$0]) }
        let (cells, workspaces) = (fine.columns * fine.rows, workers.count)
        let workspace = (0..<workspaces).map { _ in Workspace(cells) }
        OrderedJobs.run(regions, on: workers) { turn, worker in
            takeOver(turns[turn], from: seeds[turns[turn]], workspace[worker])
        }
    }

    /// The cells of each piece that lie next to another piece.
    private func outlines() -> [[Int32]] {
        let (columns, rows) = (fine.columns, fine.rows)
        var seeds: [[Int32]] = Array(repeating: [], count: moves.count)
        for row in 0..<rows {
            for column in 0..<columns {
                let n = row &* columns &+ column
                let own = fine.piece[n]
                if own < 0 { continue }
                func differs(_ m: Int) -> Bool { fine.piece[m] >= 0 && fine.piece[m] != own }
                if column > 0 && differs(n &- 1) || column &+ 1 < columns && differs(n &+ 1)
                    || row > 0 && differs(n &- columns) || row &+ 1 < rows && differs(n &+ columns)
                {
                    seeds[Int(own)].append(Int32(truncatingIfNeeded: n))
                }
            }
        }
        return seeds
    }

    /// All that a takeover from these cells may read or write.
    private func region(of seeds: [Int32]) -> Rect {
        var (left, top, right, bottom) = (fine.columns, fine.rows, 0, 0)
        for n in seeds {
            let (column, row) = (Int(n) % fine.columns, Int(n) / fine.columns)
            (left, right) = (min(left, column), max(right, column))
            (top, bottom) = (min(top, row), max(bottom, row))
        }
        let reach = band + 1
        return Rect(
            x: left - reach, y: top - reach, width: right - left + 1 + 2 * reach, height: bottom - top + 1 + 2 * reach)
    }

    /// The scratch memory of one worker.
    private final class Workspace: @unchecked Sendable {
        /// Of each fine cell: `unseen`, `passed` (reached, but no node), or its node.
        let node: Table<Int32>
        /// The cells reached, in order of distance.
        var reached: [Int32] = []
        /// The cell of each node, and the mismatch of the piece with the present one there, -1 if that is undefined.
        var cells: [Int32] = []
        var unlike: [Int32] = []
        var cut = MinimumCut()

        static let unseen: Int32 = -1
        static let passed: Int32 = -2

        init(_ cells: Int) {
            node = Table(cells, repeating: Workspace.unseen)
        }
    }

    private func takeOver(_ k: Int, from seeds: [Int32], _ workspace: Workspace) {
        spread(k, from: seeds, workspace.node, &workspace.reached, &workspace.cells, &workspace.unlike)
        if !workspace.cells.isEmpty {
            build(k, workspace.node, workspace.cells, workspace.unlike, &workspace.cut)
            workspace.cut.solve()
            switchCells(k, workspace.cells, workspace.cut)
        }
        for n in workspace.reached { workspace.node[Int(n)] = Workspace.unseen }
    }

    private func switchCells(_ k: Int, _ cells: [Int32], _ cut: borrowing MinimumCut) {
        for m in cells.indices where cut.switches(m) { fine.piece[Int(cells[m])] = Int32(truncatingIfNeeded: k) }
    }

    /// Collects the cells within the band: breadth first from the seeds, never through the reference.
    private func spread(
        _ k: Int, from seeds: [Int32], _ node: borrowing Table<Int32>, _ reached: inout [Int32],
        _ cells: inout [Int32], _ unlike: inout [Int32]
    ) {
        reached.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
        unlike.removeAll(keepingCapacity: true)
        for n in seeds {
            node[Int(n)] = Workspace.passed
            reached.append(n)
        }
        let (columns, rows) = (fine.columns, fine.rows)
        var (head, ringEnd, depth) = (0, reached.count, 0)
        while head < reached.count {
            if head == ringEnd { (ringEnd, depth) = (reached.count, depth &+ 1) }
            let n = Int(reached[head])
            head &+= 1
            let (column, row) = (n % columns, n / columns)
            let own = Int(fine.piece[n])
            if own != k {
                let shade = shade(k, column, row)
                if shade >= 0 {
                    node[n] = Int32(truncatingIfNeeded: cells.count)
                    cells.append(Int32(truncatingIfNeeded: n))
                    unlike.append(Int32(truncatingIfNeeded: small.difference(self.shade(own, column, row), shade)))
                }
            }
            if depth >= band { continue }
            func go(_ m: Int) {
                if fine.piece[m] < 0 || node[m] != Workspace.unseen { return }
                node[m] = Workspace.passed
                reached.append(Int32(truncatingIfNeeded: m))
            }
            if column > 0 { go(n &- 1) }
            if column &+ 1 < columns { go(n &+ 1) }
            if row > 0 { go(n &- columns) }
            if row &+ 1 < rows { go(n &+ columns) }
        }
    }
}

// MARK: - The graph

extension SeamRefinement {
    private func build(
        _ k: Int, _ node: borrowing Table<Int32>, _ cells: [Int32], _ unlike: [Int32], _ cut: inout MinimumCut
    ) {
        let (columns, rows) = (fine.columns, fine.rows)
        cut.reset(cells.count)
        for m in cells.indices {
            let n = Int(cells[m])
            let (column, row) = (n % columns, n / columns)
            let own = Int(fine.piece[n])
            var change = borderCost(k, column, row) &- borderCost(own, column, row)
            for arc in 0..<4 {
                let (c, r) = (column &+ (arc == 0 ? 1 : arc == 1 ? -1 : 0), row &+ (arc == 2 ? 1 : arc == 3 ? -1 : 0))
                if !within(c, columns) || !within(r, rows) { continue }
                let q = r &* columns &+ c
                let other = Int(fine.piece[q])
                if other < 0 { continue }
                let b = Int(node[q])
                if b < 0 {
                    change &+= pair((column, row), (c, r), k, other) &- pair((column, row), (c, r), own, other)
                } else if arc & 1 == 0 {
                    // Each pair of nodes is seen once, from its left or upper one.
                    var (present, onlyThere, onlyHere) = (0, 0, 0)
                    if own == other {
                        onlyThere = SeamRefinement.seam(Int(unlike[m]), Int(unlike[b]))
                        onlyHere = onlyThere
                    } else {
                        present = pair((column, row), (c, r), own, other)
                        onlyThere = pair((column, row), (c, r), own, k)
                        onlyHere = pair((column, row), (c, r), k, other)
                    }
                    change &+= onlyHere &- present
                    cut.addCost(b, 0 &- onlyHere)
                    cut.addArc(m, arc, b, max(0, onlyThere &+ onlyHere &- present))
                }
            }
            cut.addCost(m, change)
        }
    }

    /// The pixel of the downscaled reference that piece `k` shows in a fine cell, -1 if that lies outside.
    @inline(__always)
    private func shade(_ k: Int, _ column: Int, _ row: Int) -> Int {
        let middle = fine.cell >> 1
        let move = moves[k]
        return small.index(
            move.column((column &- fine.left) &* fine.cell &+ middle),
            move.row((row &- fine.top) &* fine.cell &+ middle),
            shift: fine.shift)
    }

    /// The price of a seam between two neighboring cells with pieces `a` and `b`.
    @inline(__always)
    private func pair(_ n: (Int, Int), _ q: (Int, Int), _ a: Int, _ b: Int) -> Int {
        if a == b { return 0 }
        return SeamRefinement.seam(
            small.difference(shade(a, n.0, n.1), shade(b, n.0, n.1)),
            small.difference(shade(a, q.0, q.1), shade(b, q.0, q.1)))
    }

    /// From the differences of the two pieces on both sides of the seam, -1 for undefined.
    @inline(__always)
    private static func seam(_ x: Int, _ y: Int) -> Int {
        if x >= 0, y >= 0 { return x &+ y &+ 1 }
        return x < 0 && y < 0 ? 900 : 2 &* max(x, y) &+ 60
    }

    /// The cost of piece `k` in a cell next to the reference: its mismatch where it continues into the reference's own cell.
    private func borderCost(_ k: Int, _ column: Int, _ row: Int) -> Int {
        var cost = 0
        for arc in 0..<4 {
            let (c, r) = (column &+ (arc == 0 ? 1 : arc == 1 ? -1 : 0), row &+ (arc == 2 ? 1 : arc == 3 ? -1 : 0))
            if !within(c, fine.columns) || !within(r, fine.rows) || fine.piece[r &* fine.columns &+ c] >= 0 { continue }
            let truth = small.clampedIndex(c &- fine.left, r &- fine.top)
            let there = shade(k, c, r)
            if there >= 0 {
                cost &+= 4 &* small.difference(there, truth)
            } else {
                let here = shade(k, column, row)
                cost &+= here >= 0 ? 2 &* small.difference(here, truth) &+ 40 : 600
            }
        }
        return cost
    }
}
