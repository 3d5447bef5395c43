internal import Imaging
internal import Parallel

/// The descriptor of a cell: mean red, green and blue, and the mean change of brightness to the right, downwards and
/// along both diagonals. The eighth byte is always 0.
typealias Feature = SIMD8<UInt8>

/// The distance of two cells: the sum of absolute differences of their features.
///
/// Written as this plain loop it becomes one instruction (`psadbw`) on x86-64.
@inline(__always)
func distance(_ a: Feature, _ b: Feature) -> Int {
    var sum: Int32 = 0
    for k in 0..<8 { sum &+= abs(Int32(a[k]) &- Int32(b[k])) }
    return Int(sum)
}

/// The features of all cells of a reference, row by row, and the same mirrored left-right, so that a patch is compared
/// with flipped content as quickly as with plain.
final class Features: Sendable {
    let columns: Int
    let rows: Int
    let cells: Table<Feature>
    let mirrored: Table<Feature>

    init(of reference: SharedRaster, _ grid: CoarseGrid, _ parameters: MosaicParameters, on workers: some Workers) {
        columns = grid.sourceColumns
        rows = grid.sourceRows
        cells = Table(columns * rows, repeating: Feature())
        mirrored = Table(columns * rows, repeating: Feature())
        let step = grid.cell >= 2 * parameters.pixelStep ? parameters.pixelStep : 1
        workers.each(rows, grain: 4) { range in
            let sums = CellSums(reference, cell: grid.cell, columns: columns, step: step)
            for row in range {
                sums.add(row: row)
                for column in 0..<columns {
                    let feature = sums.feature(column, texture: parameters.weights.texture)
                    cells[row &* columns &+ column] = feature
                    mirrored[row &* columns &+ columns &- 1 &- column] = feature
                }
            }
        }
    }

    /// Features of blocks of `side` x `side` cells: the mean over the block grown by `margin` cells.
    func blocks(_ side: Int, margin: Int) -> Blocks {
        let blocks = Blocks(columns: ceilDivide(columns, side), rows: ceilDivide(rows, side))
        for j in 0..<blocks.rows {
            for i in 0..<blocks.columns {
                var sum = SIMD8<UInt32>()
                var count: UInt32 = 0
                for y in max(0, j * side - margin)..<min(rows, j * side + side + margin) {
                    for x in max(0, i * side - margin)..<min(columns, i * side + side + margin) {
                        sum &+= SIMD8<UInt32>(truncatingIfNeeded: cells[y * columns + x])
                        count += 1
                    }
                }
                blocks.cells[j * blocks.columns + i] = Feature(truncatingIfNeeded: sum / count)
            }
        }
        return blocks
    }

    /// A coarser image of features.
    final class Blocks: Sendable {
        let columns: Int
        let rows: Int
        let cells: Table<Feature>

        init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
            cells = Table(columns * rows, repeating: Feature())
        }
    }
}

/// Sums over the pixels of one row of cells.
private final class CellSums {
    private let reference: SharedRaster
    private let cell: Int
    private let step: Int
    /// Eight sums a column: red, green, blue, four differences of brightness, pixels.
    private let sums: Table<Int32>
    /// Brightness (r + 2g + b) of the current pixel row and the next, each with its last value repeated at the end.
    private let light: Table<Int32>
    private let below: Table<Int32>

    init(_ reference: SharedRaster, cell: Int, columns: Int, step: Int) {
        self.reference = reference
        self.cell = cell
        self.step = step
        sums = Table(columns * 8, repeating: 0)
        light = Table(reference.width + 1, repeating: 0)
        below = Table(reference.width + 1, repeating: 0)
    }

    func add(row: Int) {
        sums.fill(0)
        let (reference, height) = (reference, reference.height)
        for y in stride(from: row * cell, to: min(height, row * cell + cell), by: step) {
            CellSums.brightness(of: reference.row(y), to: light)
            CellSums.brightness(of: reference.row(min(y + 1, height - 1)), to: below)
            CellSums.addPixels(reference.row(y), light, below, to: sums, cell: cell, step: step)
        }
    }

    private static func brightness(of pixels: Span<UInt8>, to light: borrowing Table<Int32>) {
        let width = light.count - 1
        var out = light.part(0..<width)
        for x in 0..<width {
            let p = 3 &* x
            out[x] = Int32(pixels[p]) &+ 2 &* Int32(pixels[p &+ 1]) &+ Int32(pixels[p &+ 2])
        }
        light[width] = light[width - 1]
    }

    private static func addPixels(
        _ pixels: Span<UInt8>, _ lightTable: borrowing Table<Int32>, _ belowTable: borrowing Table<Int32>,
        to sums: borrowing Table<Int32>, cell: Int, step: Int
    ) {
        let (light, below) = (lightTable.span, belowTable.span)
        let width = light.count - 1
        for column in 0..<sums.count / 8 {
            var (r, g, b, right, down, falling, rising): (Int32, Int32, Int32, Int32, Int32, Int32, Int32) =
                (0, 0, 0, 0, 0, 0, 0)
            var count: Int32 = 0
            var x = column &* cell
            let end = min(width, x &+ cell)
            while x < end {
                let p = 3 &* x
                r &+= Int32(pixels[p])
                g &+= Int32(pixels[p &+ 1])
                b &+= Int32(pixels[p &+ 2])
                let (here, next) = (light[x], light[x &+ 1])
                right &+= abs(next &- here)
                down &+= abs(below[x] &- here)
                falling &+= abs(below[x &+ 1] &- here)
                rising &+= abs(next &- below[x])
                count &+= 1
                x &+= step
            }
            let s = column &* 8
            sums[s] &+= r
            sums[s &+ 1] &+= g
            sums[s &+ 2] &+= b
            sums[s &+ 3] &+= right
            sums[s &+ 4] &+= down
            sums[s &+ 5] &+= falling
            sums[s &+ 6] &+= rising
            sums[s &+ 7] &+= count
        }
    }

    /// The feature of a column's sums: rounded means of color, and means of change weighed and capped.
    func feature(_ column: Int, texture: Int) -> Feature {
        let n = Int(sums[column * 8 + 7])
        var feature = Feature()
        for k in 0..<3 { feature[k] = UInt8((Int(sums[column * 8 + k]) + n / 2) / n) }
        for k in 3..<7 { feature[k] = UInt8(min(120, texture * Int(sums[column * 8 + k]) / (4 * n))) }
        return feature
    }
}
