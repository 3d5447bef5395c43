internal import Parallel

/// The border prior: what fills a place should look like what crosses the reference's border near it, and the farther
/// away the place is, the wider "near". The most important term of the mosaic: it keeps the sky above the mountains and
/// the meadow below them.
///
/// For each side with canvas beyond it, each window of nearness, each block along the border (the foot of a place) and
/// each source block, a table holds the distance from the source to the most similar border block in the window.
final class BorderPrior: Sendable {
    private let grid: CoarseGrid
    /// Cells in a block's side, and blocks in the reference.
    private let side: Int
    private let blocks: Int
    /// The block of each source cell.
    private let blockOf: Table<Int32>
    private let costs: Table<UInt8>
    /// Where in `costs` the row for a canvas cell begins, for what lies left or right of the reference and for what lies
    /// above or below it; -1 for neither.
    private let acrossRow: Table<Int32>
    private let alongRow: Table<Int32>

    private static let windows = 4

    init(_ features: Features, _ grid: CoarseGrid, blocks most: Int, on workers: some Workers) {
        self.grid = grid
        let (columns, rows) = (grid.sourceColumns, grid.sourceRows)
        var side = 1
        while columns * rows / (side * side) > most { side += 1 }
        self.side = side
        let image = features.blocks(side, margin: 1)
        blocks = image.columns * image.rows
        blockOf = Table(columns * rows, repeating: 0)
        for j in 0..<rows {
            for i in 0..<columns { blockOf[j * columns + i] = Int32(j / side * image.columns + i / side) }
        }
        // One run of rows after the other: side, window, foot.
        let needed = [
            grid.left > 0, grid.columns > grid.left + columns, grid.top > 0, grid.rows > grid.top + rows,
        ]
        let lengths = Side.allCases.map { needed[$0.rawValue] ? ($0.isHorizontal ? image.rows : image.columns) : 0 }
        var starts: [Int] = []
        var total = 0
        for length in lengths {
            starts.append(total)
            total += length * blocks * BorderPrior.windows
        }
        costs = Table(total, repeating: 255)
        acrossRow = Table(grid.count, repeating: -1)
        alongRow = Table(grid.count, repeating: -1)
        let from = starts
        workers.each(4, grain: 1) { range in
            for k in range where lengths[k] > 0 {
                BorderPrior.fill(costs, from: from[k], Side.allCases[k], image, depth: max(1, 3 / self.side))
            }
        }
        for row in 0..<grid.rows {
            for column in 0..<grid.columns where !grid.isKnown(column, row) {
                locate(column, row, lengths, starts)
            }
        }
    }

    /// The tables of one side: distances to each border block, then their least over the windows.
    private static func fill(
        _ costs: borrowing Table<UInt8>, from start: Int, _ side: Side, _ image: Features.Blocks, depth: Int
    ) {
        let (columns, rows) = (image.columns, image.rows)
        let count = columns * rows
        let length = side.isHorizontal ? rows : columns
        let plain = Table<UInt8>(length * count, repeating: 255)
        for t in 0..<length {
            for n in 0..<count {
                var least = 255
                for k in 0..<depth {
                    let x = side == .left ? k : side == .right ? columns - 1 - k : t
                    let y = side == .top ? k : side == .bottom ? rows - 1 - k : t
                    if within(x, columns), within(y, rows) {
                        least = min(least, distance(image.cells[n], image.cells[y * columns + x]))
                    }
                }
                plain[t * count + n] = UInt8(least)
            }
        }
        let source = plain.span
        let radii = [max(1, length / 24), max(2, length / 8), max(3, length / 3), length * 50 / 100]
        for (window, radius) in radii.enumerated() {
            for t in 0..<length {
                let to = start + (window * length + t) * count
                var out = costs.part(to..<to + count)
                for q in max(0, t - radius)...min(length - 1, t + radius) {
                    let row = source.extracting(q * count..<(q + 1) * count)
                    for n in out.indices { out[n] = min(out[n], row[n]) }
                }
            }
        }
    }

    /// Notes where the rows for a canvas cell are.
    private func locate(_ column: Int, _ row: Int, _ lengths: [Int], _ starts: [Int]) {
        let (u, v) = (column - grid.left, row - grid.top)
        let (dx, dy) = (grid.outside(column: u), grid.outside(row: v))
        let (distance, size) = (max(dx, dy), max(grid.sourceColumns, grid.sourceRows))
        let window = distance * 12 < size ? 0 : distance * 6 < size ? 1 : distance * 3 < size ? 2 : 3
        func place(_ side: Side, _ foot: Int) -> Int32 {
            let k = side.rawValue
            return Int32(starts[k] + (window * lengths[k] + foot) * blocks)
        }
        let n = row * grid.columns + column
        if dx > 0 { acrossRow[n] = place(u < 0 ? .left : .right, clamp(v, 0, grid.sourceRows - 1) / side) }
        if dy > 0 { alongRow[n] = place(v < 0 ? .top : .bottom, clamp(u, 0, grid.sourceColumns - 1) / side) }
    }

    /// The distance of a source cell to the border near canvas cell `n`. In corners it is the mean of both sides, since
    /// the lesser of both would fill the corners of the ground with sky.
    @inline(__always)
    func cost(at n: Int, from source: Int) -> Int {
        let block = Int(blockOf[source])
        let (across, along) = (Int(acrossRow[n]), Int(alongRow[n]))
        if across < 0 { return along < 0 ? 0 : Int(costs[along &+ block]) }
        if along < 0 { return Int(costs[across &+ block]) }
        return (Int(costs[across &+ block]) &+ Int(costs[along &+ block])) >> 1
    }
}
