import Imaging
import TestSupport
import Testing

@testable import Outpainting

@Suite struct GeometryTests {
    static func placement(_ canvas: (Int, Int), _ placed: Rect) -> Placement {
        Placement(canvas: Size(width: canvas.0, height: canvas.1), placed: placed)
    }

    @Test(arguments: [(-7, 3, -3, -2), (-6, 3, -2, -2), (0, 3, 0, 0), (7, 3, 2, 3)])
    func `division rounds down or up`(a: Int, b: Int, down: Int, up: Int) {
        #expect(floorDivide(a, b) == down && ceilDivide(a, b) == up)
    }

    @Test func `mirror folding reflects at each end`() {
        #expect((-4...6).map { reflect($0, 3) } == [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0])
    }

    @Test func `cells cover the canvas and count from the reference`() {
        var random = Seeded(4)
        for _ in 0..<60 {
            let canvas = (Int.random(in: 64...600, using: &random), Int.random(in: 64...600, using: &random))
            let (x, y) = (Int.random(in: 0..<canvas.0, using: &random), Int.random(in: 0..<canvas.1, using: &random))
            let placed = Rect(
                x: x, y: y, width: Int.random(in: 1...canvas.0 - x, using: &random),
                height: Int.random(in: 1...canvas.1 - y, using: &random))
            let grid = CoarseGrid(Self.placement(canvas, placed), cells: 56)
            #expect(grid.left * grid.cell >= x && grid.top * grid.cell >= y)
            #expect((grid.columns - grid.left) * grid.cell >= canvas.0 - x)
            #expect((grid.rows - grid.top) * grid.cell >= canvas.1 - y)
            let finer = grid.cell - 1
            #expect(
                grid.cell == 1 || min(placed.width, placed.height) >= 16 * grid.cell
                    || ((canvas.0 + finer - 1) / finer) * ((canvas.1 + finer - 1) / finer) > 3 * 56 * 56)
            // The tiles of the start leave no cell empty.
            for row in [0, grid.top, grid.rows - 1] {
                for column in [0, grid.columns - 1] where !grid.isKnown(column, row) {
                    #expect(grid.tiles.contains { grid.source($0, column - grid.left, row - grid.top) >= 0 })
                }
            }
        }
    }

    @Test func `a long narrow canvas has no more cells than three squares`() {
        for (width, height) in [(65_536, 64), (64, 65_536), (16_384, 256)] {
            let placed = Rect(x: width / 2 - 16, y: height / 2 - 16, width: 32, height: 32)
            let grid = CoarseGrid(Self.placement((width, height), placed), cells: 160)
            #expect(grid.count <= 3 * 170 * 170)
        }
    }

    @Test func `a move fills exactly the cells it reports`() {
        let grid = CoarseGrid(Self.placement((200, 150), Rect(x: 70, y: 40, width: 61, height: 50)), cells: 56)
        var random = Seeded(5)
        for _ in 0..<60 {
            let move = Move(
                flipX: Bool.random(using: &random), x: Int.random(in: -40...60, using: &random),
                y: Int.random(in: -30...30, using: &random))
            let area = grid.cells(of: move, reach: nil)
            for row in 0..<grid.rows {
                for column in 0..<grid.columns {
                    let here = Rect(x: column, y: row, width: 1, height: 1)
                    let has = grid.source(move, column - grid.left, row - grid.top) >= 0
                    #expect(has == (area?.meets(here) ?? false))
                }
            }
        }
    }

    @Test func `composed moves have the source of both`() {
        let sideways = Move(flipX: true, x: 12, y: 3)
        let upwards = Move(flipX: false, x: -2, y: 20)
        let both = sideways.after(upwards)
        for u in -5...5 {
            #expect(both.column(u) == sideways.column(upwards.column(u)))
            #expect(both.row(u) == sideways.row(upwards.row(u)))
        }
    }

    @Test func `a canvas much larger than its reference grows in stages`() {
        #expect(
            Stages(Self.placement((200, 200), Rect(x: 0, y: 0, width: 200, height: 200)), percent: 250).placements
                .isEmpty)
        #expect(
            Stages(Self.placement((250, 100), Rect(x: 9, y: 0, width: 100, height: 100)), percent: 250).placements.count
                == 1)
        var random = Seeded(6)
        for _ in 0..<300 {
            let canvas = (Int.random(in: 64...3000, using: &random), Int.random(in: 64...1400, using: &random))
            let (width, height) = (
                Int.random(in: 1...canvas.0, using: &random), Int.random(in: 1...canvas.1, using: &random)
            )
            let placed = Rect(
                x: Int.random(in: 0...canvas.0 - width, using: &random),
                y: Int.random(in: 0...canvas.1 - height, using: &random), width: width, height: height)
            let stages = Stages(Self.placement(canvas, placed), percent: 200).placements
            // Each stage takes the canvas of the one before, and the offsets add up to the one asked for.
            var (size, x, y) = (placed.size, 0, 0)
            for stage in stages {
                #expect(stage.placed.size == size)
                #expect(
                    stage.canvas.width <= max(24, size.width * 2) && stage.canvas.height <= max(24, size.height * 2))
                (size, x, y) = (stage.canvas, x + stage.placed.x, y + stage.placed.y)
            }
            #expect(
                stages.isEmpty || (size == Size(width: canvas.0, height: canvas.1) && x == placed.x && y == placed.y))
        }
    }
}
