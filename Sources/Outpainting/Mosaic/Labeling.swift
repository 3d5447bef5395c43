internal import Parallel

/// The current assignment: which move fills each cell, and what that costs.
///
/// Several workers change it concurrently, each in a region of its own (see `OrderedJobs`).
final class Labeling: Sendable {
    let grid: CoarseGrid
    /// The move of each canvas cell, -1 for the reference's own.
    let label: Table<Int32>
    /// The source cell it brings.
    let source: Table<Int32>
    /// What the cell costs by itself.
    let cost: Table<Int32>
    /// The price of the seam to the right neighbor and to the one below, 0 where the label is the same or known.
    let seamRight: Table<Int32>
    let seamBelow: Table<Int32>

    /// Every cell starts with the first tile that is valid on it.
    init(_ grid: CoarseGrid, _ moves: [Move], _ energy: Energy) {
        self.grid = grid
        label = Table(grid.count, repeating: -1)
        source = Table(grid.count, repeating: -1)
        cost = Table(grid.count, repeating: 0)
        seamRight = Table(grid.count, repeating: 0)
        seamBelow = Table(grid.count, repeating: 0)
        for row in 0..<grid.rows {
            for column in 0..<grid.columns where !grid.isKnown(column, row) {
                let n = row * grid.columns + column
                for (a, move) in moves.enumerated() {
                    let from = grid.source(move, column - grid.left, row - grid.top)
                    if from < 0 { continue }
                    label[n] = Int32(a)
                    source[n] = Int32(from)
                    cost[n] = Int32(energy.cost(of: move, column, row, source: from))
                    break
                }
            }
        }
        for n in 0..<grid.count { updateSeams(n, moves, energy) }
    }

    /// The price of the seam between neighbors `n` and `m` if they had labels `a` and `b`.
    @inline(__always)
    func pair(_ n: Int, _ m: Int, _ a: Int, _ b: Int, _ moves: [Move], _ energy: Energy) -> Int {
        if a == b { return 0 }
        return energy.seam(
            energy.mismatch(bring(a, n, moves), bring(b, n, moves)),
            energy.mismatch(bring(a, m, moves), bring(b, m, moves)))
    }

    /// The source label `a` would bring to cell `n`, or -1.
    @inline(__always)
    func bring(_ a: Int, _ n: Int, _ moves: [Move]) -> Int {
        let row = n / grid.columns
        return grid.source(moves[a], n &- row &* grid.columns &- grid.left, row &- grid.top)
    }

    /// Computes the prices of the seams right of and below a cell.
    func updateSeams(_ n: Int, _ moves: [Move], _ energy: Energy) {
        let (row, columns) = (n / grid.columns, grid.columns)
        let own = Int(label[n])
        if n &- row &* columns &+ 1 < columns {
            let right = Int(label[n &+ 1])
            seamRight[n] = own < 0 || right < 0 ? 0 : Int32(pair(n, n &+ 1, own, right, moves, energy))
        }
        if row &+ 1 < grid.rows {
            let below = Int(label[n &+ columns])
            seamBelow[n] = own < 0 || below < 0 ? 0 : Int32(pair(n, n &+ columns, own, below, moves, energy))
        }
    }

    /// Computes what each cell costs by itself, leaving its own use out of the counts.
    func updateCosts(_ moves: [Move], _ energy: Energy, on workers: some Workers) {
        workers.each(grid.rows, grain: 8) { range in
            for row in range {
                for column in 0..<grid.columns {
                    let n = row &* grid.columns &+ column
                    if label[n] < 0 { continue }
                    let (move, from) = (moves[Int(label[n])], Int(source[n]))
                    cost[n] = Int32(energy.cost(of: move, column, row, source: from, ownUse: 1))
                }
            }
        }
    }

    /// The sum of all costs and seams.
    func total(_ moves: [Move], _ energy: Energy) -> Int {
        var sum = 0
        for n in 0..<grid.count where label[n] >= 0 {
            sum += energy.cost(of: moves[Int(label[n])], n % grid.columns, n / grid.columns)
            sum += Int(seamRight[n]) + Int(seamBelow[n])
        }
        return sum
    }

    /// Gives every label its new number.
    func renumber(_ number: [Int32]) {
        for n in 0..<grid.count where label[n] >= 0 { label[n] = number[Int(label[n])] }
    }
}
