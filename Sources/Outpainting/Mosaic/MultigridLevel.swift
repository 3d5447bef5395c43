internal import Parallel

/// One grid of the multigrid: its equations and their present solution.
final class MultigridLevel: Sendable {
    let columns: Int
    let rows: Int
    /// The unknown, in 256ths of a color level, and the right-hand side.
    let solution: Table<RGBVector>
    let wanted: Table<RGBVector>
    /// Weights towards the right neighbor and the one below, and of the pull towards 0.
    let weightRight: Table<UInt16>
    let weightBelow: Table<UInt16>
    let anchor: Table<UInt16>
    /// The sum of a cell's weights, and 2^30 divided by it (0 for cells that are not solved for).
    private let diagonal: Table<UInt16>
    private let inverse: Table<Int32>

    /// Rows a worker takes at a time.
    private static let grain = 16

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        let count = columns * rows
        solution = Table(count, repeating: RGBVector())
        wanted = Table(count, repeating: RGBVector())
        weightRight = Table(count, repeating: 0)
        weightBelow = Table(count, repeating: 0)
        anchor = Table(count, repeating: 0)
        diagonal = Table(count, repeating: 0)
        inverse = Table(count, repeating: 0)
    }

    /// Computes what relaxing needs from the weights.
    func prepare() {
        for row in 0..<rows {
            for column in 0..<columns {
                let n = row * columns + column
                var sum = Int32(anchor[n])
                if column > 0 { sum += Int32(weightRight[n - 1]) }
                if column + 1 < columns { sum += Int32(weightRight[n]) }
                if row > 0 { sum += Int32(weightBelow[n - columns]) }
                if row + 1 < rows { sum += Int32(weightBelow[n]) }
                diagonal[n] = UInt16(sum)
                inverse[n] = sum > 0 ? (1 << 30 + sum / 2) / sum : 0
            }
        }
    }

    /// The next coarser grid: weights between aggregates are half the sums of those between their members.
    func coarser() -> MultigridLevel {
        let coarse = MultigridLevel(columns: (columns + 1) / 2, rows: (rows + 1) / 2)
        for row in 0..<coarse.rows {
            for column in 0..<coarse.columns {
                var (anchor, right, below) = (0, 0, 0)
                for y in 2 * row..<min(rows, 2 * row + 2) {
                    for x in 2 * column..<min(columns, 2 * column + 2) {
                        let n = y * columns + x
                        anchor += Int(self.anchor[n])
                        if x & 1 == 1, x + 1 < columns { right += Int(weightRight[n]) }
                        if y & 1 == 1, y + 1 < rows { below += Int(weightBelow[n]) }
                    }
                }
                let m = row * coarse.columns + column
                coarse.anchor[m] = UInt16(min(4096, (anchor + 1) / 2))
                coarse.weightRight[m] = UInt16((right + 1) / 2)
                coarse.weightBelow[m] = UInt16((below + 1) / 2)
            }
        }
        return coarse
    }

    /// Red-black sweeps: cells of one color have neighbors of the other only, so their order does not matter.
    func relax(_ times: Int, on workers: some Workers) {
        for _ in 0..<times {
            for color in 0...1 {
                workers.each(rows, grain: MultigridLevel.grain) { range in
                    for row in range { relax(row, color) }
                }
            }
        }
    }

    private func relax(_ row: Int, _ color: Int) {
        let (start, last) = (row &* columns, columns &- 1)
        var column = (row &+ color) & 1
        while column < columns {
            let n = start &+ column
            let inverse = Int64(inverse[n])
            if inverse > 0 {
                let sum = weightedNeighbors(n, column, last, row)
                solution[n] = sum.map {
                    Int32(truncatingIfNeeded: (Int64($0) &* inverse &+ (1 << 29)) >> 30)
                }
            }
            column &+= 2
        }
    }

    /// The right-hand side plus the weighted neighbors.
    @inline(__always)
    private func weightedNeighbors(_ n: Int, _ column: Int, _ last: Int, _ row: Int) -> RGBVector {
        var sum = wanted[n]
        if column > 0 { sum = sum &+ solution[n &- 1] &* Int32(weightRight[n &- 1]) }
        if column < last { sum = sum &+ solution[n &+ 1] &* Int32(weightRight[n]) }
        if row > 0 { sum = sum &+ solution[n &- columns] &* Int32(weightBelow[n &- columns]) }
        if row &+ 1 < rows { sum = sum &+ solution[n &+ columns] &* Int32(weightBelow[n]) }
        return sum
    }

    /// Sets the halved residuals of the members as the coarser grid's right-hand side, starting from 0.
    func restrict(to coarse: MultigridLevel, on workers: some Workers) {
        workers.each(coarse.rows, grain: MultigridLevel.grain / 2) { range in
            for row in range {
                let start = row &* coarse.columns
                for m in start..<start &+ coarse.columns {
                    coarse.wanted[m] = RGBVector()
                    coarse.solution[m] = RGBVector()
                }
                for y in 2 &* row..<min(rows, 2 &* row &+ 2) {
                    for column in 0..<columns {
                        let n = y &* columns &+ column
                        if inverse[n] == 0 { continue }
                        let residual =
                            weightedNeighbors(n, column, columns &- 1, y) &- solution[n] &* Int32(diagonal[n])
                        let m = start &+ column >> 1
                        coarse.wanted[m] = coarse.wanted[m] &+ residual.map { $0 >> 1 }
                    }
                }
            }
        }
    }

    /// Adds 3/2 of the coarser grid's solution.
    func correct(from coarse: MultigridLevel, on workers: some Workers) {
        workers.each(rows, grain: MultigridLevel.grain) { range in
            for row in range {
                let from = (row >> 1) &* coarse.columns
                for column in 0..<columns {
                    let n = row &* columns &+ column
                    if inverse[n] == 0 { continue }
                    solution[n] = solution[n] &+ coarse.solution[from &+ column >> 1].map { ($0 &* 3) >> 1 }
                }
            }
        }
    }
}
