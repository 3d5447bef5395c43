internal import Parallel

/// Alpha-expansion: every cell in a move's reach may switch to it, and the best joint switch is a minimum cut.
///
/// A sweep tries moves in order. Moves with disjoint regions give the same result in any order, so workers run them
/// concurrently.
final class AlphaExpansion: Sendable {
    private let grid: CoarseGrid
    private let labeling: Labeling
    private let mostRise: Int
    /// For each block of 8 x 8 cells the clock when something in it last changed.
    private let changed: Table<Int32>
    private let blockColumns: Int
    private let blockRows: Int
    /// The scratch memory of each worker.
    private let workspaces: [Workspace]

    private static let block = 8

    init(_ labeling: Labeling, mostRise: Int, workers: Int) {
        grid = labeling.grid
        self.labeling = labeling
        self.mostRise = mostRise
        blockColumns = ceilDivide(grid.columns, AlphaExpansion.block)
        blockRows = ceilDivide(grid.rows, AlphaExpansion.block)
        changed = Table(blockColumns * blockRows, repeating: 0)
        let cells = grid.count
        workspaces = (0..<workers).map { _ in Workspace(cells) }
    }

    /// Counts expansions: each has an even number for its trial and the next odd one for its changes.
    struct LogicalClock {
        private var now = 2

        /// The first number of `count` expansions to come.
        mutating func advance(_ count: Int) -> Int {
            defer { now += 2 * count }
            return now
        }
    }

    /// Tries the given moves in order, each within `reach` cells of the reference if that is given.
    ///
    /// A move is skipped if nothing has changed around its cells since it was last tried.
    func sweep(
        _ labels: Range<Int>, of moveSet: inout MoveSet, _ energy: Energy, _ clock: inout LogicalClock, reach: Int?,
        on workers: some Workers
    ) {
        let moves = moveSet.moves
        let jobs = labels.compactMap { a in grid.cells(of: moves[a], reach: reach).map { (label: a, area: $0) } }
        let regions = jobs.map { blocks(around: $0.area) }
        let start = clock.advance(jobs.count)
        let tried = Table<Int32>(jobs.count, repeating: 0)
        for (k, job) in jobs.enumerated() { tried[k] = moveSet.tried[job.label] }
        OrderedJobs.run(regions, on: workers) { k, worker in
            let (label, area) = jobs[k]
            if !changedSince(tried[k], in: regions[k]) { return }
            tried[k] = Int32(truncatingIfNeeded: start &+ 2 &* k)
            expand(label, area, moves, energy, workspaces[worker], stamp: start &+ 2 &* k &+ 1)
        }
        for (k, job) in jobs.enumerated() { moveSet.setTried(job.label, Int(tried[k])) }
    }

    /// Makes every move due again, because costs changed everywhere.
    func invalidate(_ clock: inout LogicalClock) {
        changed.fill(Int32(clock.advance(1)))
    }

    /// The blocks that hold the cells of an area and those next to it: what an expansion reads and writes.
    private func blocks(around area: Rect) -> Rect {
        let side = AlphaExpansion.block
        let (x, y) = (max(0, area.x - 1) / side, max(0, area.y - 1) / side)
        let right = min(grid.columns - 1, area.right) / side
        let bottom = min(grid.rows - 1, area.bottom) / side
        return Rect(x: x, y: y, width: right - x + 1, height: bottom - y + 1)
    }

    private func changedSince(_ tried: Int32, in blocks: Rect) -> Bool {
        for y in blocks.y..<blocks.bottom {
            for x in blocks.x..<blocks.right where changed[y * blockColumns + x] > tried { return true }
        }
        return false
    }
}

// MARK: - One move

extension AlphaExpansion {
    /// The scratch memory of one worker while it tries a move.
    private final class Workspace: @unchecked Sendable {
        /// The graph node of each canvas cell, -1 for those that cannot switch.
        let node: Table<Int32>
        /// Of each node: its cell, its cost and source if it switches, and the mismatch of that source with the present one.
        let cell: Table<Int32>
        let cost: Table<Int32>
        let source: Table<Int32>
        let mismatch: Table<Int32>
        var count = 0
        var cut = MinimumCut()

        init(_ cells: Int) {
            node = Table(cells, repeating: -1)
            cell = Table(cells, repeating: 0)
            cost = Table(cells, repeating: 0)
            source = Table(cells, repeating: 0)
            mismatch = Table(cells, repeating: 0)
        }
    }

    private func expand(
        _ label: Int, _ area: Rect, _ moves: [Move], _ energy: Energy, _ workspace: Workspace, stamp: Int
    ) {
        let count = collect(label, area, moves[label], energy, workspace)
        if count == 0 { return }
        build(label, count, moves, energy, workspace, &workspace.cut)
        workspace.cut.solve()
        apply(label, count, moves, energy, workspace, workspace.cut, stamp)
    }

    /// The cells that may switch become nodes.
    private func collect(_ label: Int, _ area: Rect, _ move: Move, _ energy: Energy, _ workspace: Workspace) -> Int {
        var count = 0
        for row in area.y..<area.bottom {
            var n = row &* grid.columns &+ area.x
            for column in area.x..<area.right {
                let own = labeling.label[n]
                if own >= 0, own != label {
                    let source = grid.source(move, column &- grid.left, row &- grid.top)
                    if source >= 0 {
                        let cost = energy.cost(of: move, column, row, source: source)
                        if cost &- Int(labeling.cost[n]) <= mostRise {
                            workspace.node[n] = Int32(truncatingIfNeeded: count)
                            workspace.cell[count] = Int32(truncatingIfNeeded: n)
                            workspace.cost[count] = Int32(truncatingIfNeeded: cost)
                            workspace.source[count] = Int32(truncatingIfNeeded: source)
                            workspace.mismatch[count] = Int32(
                                truncatingIfNeeded: energy.mismatch(source, Int(labeling.source[n])))
                            count &+= 1
                        }
                    }
                }
                n &+= 1
            }
        }
        return count
    }

    /// Switching costs the difference of a cell's own costs and of its seams to neighbors that cannot switch. Two
    /// neighbors that both can switch share an arc for the case that only one does.
    private func build(
        _ label: Int, _ count: Int, _ moves: [Move], _ energy: Energy, _ workspace: Workspace, _ cut: inout MinimumCut
    ) {
        let (columns, rows) = (grid.columns, grid.rows)
        cut.reset(count)
        for m in 0..<count {
            let n = Int(workspace.cell[m])
            let row = n / columns
            let column = n &- row &* columns
            var change = Int(workspace.cost[m]) &- Int(labeling.cost[n])
            if column &+ 1 < columns {
                change &+= join(m, n, n &+ 1, 0, Int(labeling.seamRight[n]), label, moves, energy, workspace, &cut)
            }
            if column > 0 {
                change &+= rise(m, n, n &- 1, Int(labeling.seamRight[n &- 1]), label, moves, energy, workspace)
            }
            if row &+ 1 < rows {
                change &+= join(
                    m, n, n &+ columns, 2, Int(labeling.seamBelow[n]), label, moves, energy, workspace, &cut)
            }
            if row > 0 {
                change &+= rise(
                    m, n, n &- columns, Int(labeling.seamBelow[n &- columns]), label, moves, energy, workspace)
            }
            cut.addCost(m, change)
        }
    }

    /// The rise of the seam to a neighbor that stays when node `m` in cell `n` switches; 0 if the neighbor is known or
    /// can switch itself.
    @inline(__always)
    private func rise(
        _ m: Int, _ n: Int, _ q: Int, _ present: Int, _ label: Int, _ moves: [Move], _ energy: Energy,
        _ workspace: Workspace
    ) -> Int {
        let other = Int(labeling.label[q])
        if other < 0 || workspace.node[q] >= 0 { return 0 }
        if other == label { return 0 &- present }
        let here = energy.mismatch(Int(workspace.source[m]), labeling.bring(other, n, moves))
        let there = energy.mismatch(labeling.bring(label, q, moves), Int(labeling.source[q]))
        return energy.seam(here, there) &- present
    }

    /// The seam to the right or lower neighbor. If both can switch, the seam has three prices besides 0 for both: the
    /// present one, one if only the neighbor switches, one if only this cell does.
    @inline(__always)
    private func join(
        _ m: Int, _ n: Int, _ q: Int, _ arc: Int, _ present: Int, _ label: Int, _ moves: [Move], _ energy: Energy,
        _ workspace: Workspace, _ cut: inout MinimumCut
    ) -> Int {
        let b = Int(workspace.node[q])
        if b < 0 { return rise(m, n, q, present, label, moves, energy, workspace) }
        let (own, other) = (Int(labeling.label[n]), Int(labeling.label[q]))
        let (here, there) = (Int(workspace.mismatch[m]), Int(workspace.mismatch[b]))
        var (onlyThere, onlyHere) = (0, 0)
        if own == other {
            // Both stay with one content: a seam of either kind shows the same two differences.
            onlyThere = energy.seam(here, there)
            onlyHere = onlyThere
        } else {
            onlyThere = energy.seam(here, energy.mismatch(labeling.bring(own, q, moves), Int(workspace.source[b])))
            onlyHere = energy.seam(energy.mismatch(Int(workspace.source[m]), labeling.bring(other, n, moves)), there)
        }
        cut.addCost(b, 0 &- onlyHere)
        cut.addArc(m, arc, b, max(0, onlyThere &+ onlyHere &- present))
        return onlyHere &- present
    }

    /// Switches the cells on the sink's side, and updates seams and change times.
    private func apply(
        _ label: Int, _ count: Int, _ moves: [Move], _ energy: Energy, _ workspace: Workspace,
        _ cut: borrowing MinimumCut,
        _ stamp: Int
    ) {
        let (columns, side) = (grid.columns, AlphaExpansion.block)
        var any = false
        for m in 0..<count {
            let n = Int(workspace.cell[m])
            workspace.node[n] = -1
            if !cut.switches(m) { continue }
            any = true
            labeling.label[n] = Int32(truncatingIfNeeded: label)
            labeling.source[n] = workspace.source[m]
            labeling.cost[n] = workspace.cost[m]
            let row = n / columns
            changed[row / side &* blockColumns &+ (n &- row &* columns) / side] = Int32(truncatingIfNeeded: stamp)
        }
        if !any { return }
        for m in 0..<count where cut.switches(m) {
            let n = Int(workspace.cell[m])
            labeling.updateSeams(n, moves, energy)
            if n % columns > 0 { labeling.updateSeams(n &- 1, moves, energy) }
            if n >= columns { labeling.updateSeams(n &- columns, moves, energy) }
        }
    }
}
