internal import Parallel

/// Finds moves for blocks that all present moves fill poorly, for example where the continued strip of sky is too thin.
///
/// Where a block's cost per cell is high, positions all over the reference are tried at up to nine sample cells, and the
/// cheapest move is added. Border context is ignored.
struct PoorBlockSearch {
    let energy: Energy
    let labeling: Labeling
    let parameters: MosaicParameters

    private var grid: CoarseGrid { energy.grid }

    /// A block that is poorly filled, and the move that would fill it best.
    private struct Replacement: Sendable {
        let samples: [Sample]
        let move: Move
        let cost: Int
    }

    private struct Sample: Sendable {
        let column: Int
        let row: Int
    }

    /// Adds moves to the set and returns whether there were any.
    func add(to moveSet: inout MoveSet, on workers: some Workers) -> Bool {
        let (moves, side) = (moveSet.moves, parameters.coverBlock)
        let across = ceilDivide(grid.columns, side)
        let replacements = workers.map(across * ceilDivide(grid.rows, side)) { k in
            replacement(column: k % across * side, row: k / across * side, moves)
        }
        let before = moveSet.count
        for case let replacement? in replacements {
            // A move added for another block may be nearly as good here.
            let enough = replacement.cost * 5 / 4
            let served = moveSet.moves[before...].contains {
                cost(of: $0, replacement.samples, below: enough + 1) <= enough
            }
            if !served { moveSet.add(replacement.move) }
        }
        return moveSet.count > before
    }

    /// The best move for the block at a corner, if the block is poorly filled and there is a better one.
    private func replacement(column: Int, row: Int, _ moves: [Move]) -> Replacement? {
        let side = parameters.coverBlock
        let (lastColumn, lastRow) = (min(grid.columns, column + side) - 1, min(grid.rows, row + side) - 1)
        var (sum, count) = (0, 0)
        for y in row...lastRow {
            for x in column...lastColumn {
                let n = y * grid.columns + x
                if labeling.label[n] < 0 { continue }
                count += 1
                sum += energy.cost(
                    of: moves[Int(labeling.label[n])], x, y, source: Int(labeling.source[n]), context: false)
            }
        }
        if count < side * side / 4 || sum < parameters.poorCost * count { return nil }
        var samples: [Sample] = []
        for b in 0..<3 {
            for a in 0..<3 {
                let (x, y) = (column + (lastColumn - column) * a / 2, row + (lastRow - row) * b / 2)
                if !grid.isKnown(x, y) { samples.append(Sample(column: x, row: y)) }
            }
        }
        if samples.isEmpty { return nil }
        return best(for: samples, below: sum / count * samples.count * 7 / 8)
    }

    private func best(for samples: [Sample], below limit: Int) -> Replacement? {
        let middle = samples[samples.count / 2]
        let (u, v) = (middle.column - grid.left, middle.row - grid.top)
        let step = max(2, min(grid.sourceColumns, grid.sourceRows) / 24)
        var (best, found): (Int, Move?) = (limit, nil)
        for flip in [false, true] {
            for j in stride(from: step / 2, to: grid.wholeRows, by: step) {
                for i in stride(from: step / 2, to: grid.wholeColumns, by: step) {
                    let move = parameters.variant.biased(Move(flipX: flip, x: flip ? i + u : i - u, y: j - v))
                    let cost = cost(of: move, samples, below: best)
                    if cost < best { (best, found) = (cost, move) }
                }
            }
        }
        return found.map { Replacement(samples: samples, move: $0, cost: best) }
    }

    /// The cost of a move over the samples, summed until it reaches the limit.
    private func cost(of move: Move, _ samples: [Sample], below limit: Int) -> Int {
        var sum = 0
        for sample in samples {
            if sum >= limit { break }
            sum &+= min(1000, energy.cost(of: move, sample.column, sample.row, context: false))
        }
        return sum
    }
}
