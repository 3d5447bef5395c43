internal import Parallel

/// How much a cell differs from everything elsewhere in the reference, 0 to 160: a face, a sign, a lone tree. Unique
/// content should not be copied, least of all next to itself.
///
/// A block of cells is compared, with its 5 x 5 neighborhood, to every block that is not close by; the least distance
/// decides. All pairs at one displacement are compared together: their 5 x 5 sums come from running sums over the
/// distances of single blocks, so a pair costs a few additions instead of 25 distances.
final class Uniqueness: Sendable {
    let cells: Table<UInt8>

    private static let most: Int32 = 160
    /// Neighbors compared in each direction, and how many pairs of them must lie inside the reference.
    private static let around = 2
    private static let leastPairs = 9

    init(_ features: Features, blocks most: Int, on workers: some Workers) {
        let (columns, rows) = (features.columns, features.rows)
        var side = 1
        while columns * rows / (side * side) > most { side += 1 }
        let blocks = features.blocks(side, margin: 0)
        let best = Uniqueness.bestLikeness(blocks, on: workers)
        cells = Table(columns * rows, repeating: 0)
        for j in 0..<rows {
            for i in 0..<columns {
                let likeness = best[j / side * blocks.columns + i / side]
                cells[j * columns + i] = likeness == Int32.max ? 0 : UInt8(min(likeness, Uniqueness.most))
            }
        }
    }

    /// For each block the mean distance to the most similar block, `Int32.max` if there is none to compare with.
    private static func bestLikeness(_ blocks: Features.Blocks, on workers: some Workers) -> [Int32] {
        let (columns, rows) = (blocks.columns, blocks.rows)
        let far = max(2, max(columns, rows) / 6)
        // Half of all displacements, since distances are symmetric.
        let displacements = (0..<rows).flatMap { dy in
            (dy == 0 ? 1..<max(columns, 1) : 1 - columns..<columns).compactMap { dx in
                max(abs(dx), dy) >= far ? (dx, dy) : nil
            }
        }
        let parts = max(1, min(workers.count, displacements.count))
        let found = workers.map(parts) { part in
            let search = Search(blocks)
            for k in displacements.count * part / parts..<displacements.count * (part + 1) / parts {
                search.compare(displacements[k].0, displacements[k].1)
            }
            return (0..<columns * rows).map { search.best[$0] }
        }
        return (0..<columns * rows).map { block in found.map { $0[block] }.min() ?? Int32.max }
    }

    /// Compares all pairs at given displacements and remembers the best of each block.
    private struct Search: ~Copyable {
        let blocks: Features.Blocks
        let best: Table<Int32>
        /// Sums over columns of the distances in the rows around the present one.
        private let sums: Table<Int32>

        init(_ blocks: Features.Blocks) {
            self.blocks = blocks
            best = Table(blocks.columns * blocks.rows, repeating: Int32.max)
            sums = Table(blocks.columns, repeating: 0)
        }

        /// Pairs (block, block + displacement) for all blocks that have such a partner.
        func compare(_ dx: Int, _ dy: Int) {
            let (columns, around) = (blocks.columns, Uniqueness.around)
            let (x0, x1) = (max(0, -dx), min(columns, columns - dx))
            let y1 = blocks.rows - dy
            let step = dy * columns + dx
            for x in x0..<x1 { sums[x] = 0 }
            func add(_ row: Int, _ sign: Int32) {
                var n = row &* columns &+ x0
                for x in x0..<x1 {
                    sums[x] &+= sign &* Int32(truncatingIfNeeded: distance(blocks.cells[n], blocks.cells[n &+ step]))
                    n &+= 1
                }
            }
            for row in 0..<min(around, y1) { add(row, 1) }
            for y in 0..<y1 {
                if y + around < y1 { add(y + around, 1) }
                if y - around > 0 { add(y - around - 1, -1) }
                let high = min(y + around, y1 - 1) - max(y - around, 0) + 1
                var sum: Int32 = 0
                for x in x0..<min(x0 + around, x1) { sum &+= sums[x] }
                for x in x0..<x1 {
                    if x &+ around < x1 { sum &+= sums[x &+ around] }
                    if x &- around > x0 { sum &-= sums[x &- around &- 1] }
                    let pairs = high &* (min(x &+ around, x1 &- 1) &- max(x &- around, x0) &+ 1)
                    if pairs < Uniqueness.leastPairs { continue }
                    let mean = sum / Int32(truncatingIfNeeded: pairs)
                    let n = y &* columns &+ x
                    if mean < best[n] { best[n] = mean }
                    if mean < best[n &+ step] { best[n &+ step] = mean }
                }
            }
        }
    }
}
