import Imaging
import Parallel
import Testing

@testable import Outpainting

@Suite struct FeatureTests {
    static func grid(_ reference: SharedRaster, cell: Int) -> CoarseGrid {
        let (width, height) = (reference.width, reference.height)
        let canvas = Size(width: width * 2, height: height)
        let placement = Placement(canvas: canvas, placed: Rect(x: 0, y: 0, width: width, height: height))
        return CoarseGrid(placement, cells: (max(canvas.width, height) + cell - 1) / cell)
    }

    @Test func `the distance of features is the sum of differences`() {
        let a = Feature(0, 255, 10, 0, 120, 7, 0, 0)
        let b = Feature(255, 0, 12, 0, 0, 9, 0, 0)
        #expect(distance(a, b) == 255 + 255 + 2 + 120 + 2)
        #expect(distance(b, b) == 0)
    }

    @Test func `a flat cell has its color and no texture`() {
        let grid = Self.grid(Pictures.flat(64, 48, (10, 20, 30)), cell: 3)
        let features = Features(
            of: Pictures.flat(64, 48, (10, 20, 30)), grid, .high, on: SingleWorker())
        var alike = true
        for n in 0..<features.cells.count where features.cells[n] != Feature(10, 20, 30, 0, 0, 0, 0, 0) {
            alike = false
        }
        #expect(grid.cell == 3 && grid.sourceColumns == 22 && alike)
    }

    /// Means and changes by the definition, pixel by pixel.
    @Test func `features are the mean color and mean gradients`() {
        let scene = Pictures.scene(67, 50)
        let grid = Self.grid(scene, cell: 3)
        let features = Features(of: scene, grid, .high, on: ComputePool(count: 2))
        let light = { (x: Int, y: Int) -> Int in
            let p = 3 * min(x, 66)
            let row = scene.row(min(y, 49))
            return Int(row[p]) + 2 * Int(row[p + 1]) + Int(row[p + 2])
        }
        for j in 0..<grid.sourceRows {
            for i in 0..<grid.sourceColumns {
                var (sums, n) = (Array(repeating: 0, count: 7), 0)
                for y in j * 3..<min(50, j * 3 + 3) {
                    for x in i * 3..<min(67, i * 3 + 3) {
                        for c in 0..<3 { sums[c] += Int(scene.row(y)[3 * x + c]) }
                        sums[3] += abs(light(x + 1, y) - light(x, y))
                        sums[4] += abs(light(x, y + 1) - light(x, y))
                        sums[5] += abs(light(x + 1, y + 1) - light(x, y))
                        sums[6] += abs(light(x + 1, y) - light(x, y + 1))
                        n += 1
                    }
                }
                let found = features.cells[j * grid.sourceColumns + i]
                let mirrored = features.mirrored[j * grid.sourceColumns + grid.sourceColumns - 1 - i]
                #expect(found == mirrored)
                for c in 0..<3 { #expect(Int(found[c]) == (sums[c] + n / 2) / n) }
                for k in 3..<7 { #expect(Int(found[k]) == min(120, 4 * sums[k] / (4 * n))) }
            }
        }
    }

    /// The definition of uniqueness: 25 distances for each pair of blocks.
    @Test(arguments: [(48, 36, 400), (64, 48, 90), (40, 40, 10)])
    func `uniqueness is the distance to the most similar cell elsewhere`(width: Int, height: Int, most: Int) {
        let scene = Pictures.scene(width, height)
        let features = Features(of: scene, Self.grid(scene, cell: 2), .high, on: SingleWorker())
        var side = 1
        while features.columns * features.rows / (side * side) > most { side += 1 }
        let blocks = features.blocks(side, margin: 0)
        let (columns, rows) = (blocks.columns, blocks.rows)
        let far = max(2, max(columns, rows) / 6)
        var expected: [Int] = []
        for j in 0..<rows {
            for i in 0..<columns {
                var best = Int.max
                for t in 0..<rows {
                    for s in 0..<columns where max(abs(s - i), abs(t - j)) >= far {
                        var (sum, n) = (0, 0)
                        for dy in -2...2 {
                            for dx in -2...2 {
                                let (a, b, c, d) = (i + dx, j + dy, s + dx, t + dy)
                                if ![a, c].allSatisfy({ 0..<columns ~= $0 }) { continue }
                                if ![b, d].allSatisfy({ 0..<rows ~= $0 }) { continue }
                                sum += distance(blocks.cells[b * columns + a], blocks.cells[d * columns + c])
                                n += 1
                            }
                        }
                        if n >= 9 { best = min(best, sum / n) }
                    }
                }
                expected.append(best == .max ? 0 : min(best, 160))
            }
        }
        for threads in [1, 2] {
            let uniqueness = Uniqueness(features, blocks: most, on: ComputePool(count: threads))
            for j in 0..<features.rows {
                for i in 0..<features.columns {
                    let found = Int(uniqueness.cells[j * features.columns + i])
                    #expect(found == expected[j / side * columns + i / side])
                }
            }
        }
    }

    @Test func `cells like the border nearby cost nothing`() {
        // A sky over ground: beside the sky, sky costs nothing and ground much, and the other way round.
        let picture = Pictures.make(64, 64) { _, y in y < 32 ? (90, 140, 220) : (60, 110, 30) }
        let grid = Self.grid(picture, cell: 2)
        let features = Features(of: picture, grid, .high, on: SingleWorker())
        let borderPrior = BorderPrior(features, grid, blocks: 3000, on: SingleWorker())
        let (sky, ground) = (4 * grid.sourceColumns + 4, 28 * grid.sourceColumns + 4)
        let besideSky = 4 * grid.columns + grid.left + grid.sourceColumns
        let besideGround = 28 * grid.columns + grid.left + grid.sourceColumns
        #expect(borderPrior.cost(at: besideSky, from: sky) == 0)
        #expect(borderPrior.cost(at: besideSky, from: ground) > 100)
        #expect(borderPrior.cost(at: besideGround, from: ground) == 0)
        #expect(borderPrior.cost(at: besideGround, from: sky) > 100)
    }
}
