import Imaging
import Outpainting
import Parallel
import TestSupport
import Testing

@Suite struct SimpleFillTests {
    /// A 3 x 2 reference with red 10 20 30 / 40 50 60, green and blue shifted by 1 and 2.
    static let small = Pictures.make(3, 2) { x, y in
        let red = 10 + 10 * x + 30 * y
        return (red, red + 1, red + 2)
    }

    static let placement = Placement(
        canvas: Size(width: 9, height: 7), placed: Rect(x: 4, y: 3, width: 3, height: 2))

    /// The red channel of a canvas, row by row, after checking that green and blue follow it.
    static func reds(_ fill: some Fill, _ reference: SharedRaster, _ placement: Placement) throws -> [[Int]] {
        let canvas = try fill.canvas(reference, placement)
        return (0..<canvas.height).map { y in (0..<canvas.width).map { x in Int(canvas.row(y)[3 * x]) } }
    }

    static func expected(_ color: (Int, Int) -> Int) -> [[Int]] {
        (0..<7).map { y in (0..<9).map { x in color(x - 4, y - 3) } }
    }

    @Test func `the edge fill repeats the edge pixels`() throws {
        let expected = Self.expected { u, v in 10 + 10 * min(max(u, 0), 2) + 30 * min(max(v, 0), 1) }
        #expect(try Self.reds(EdgeFill(), Self.small, Self.placement) == expected)
    }

    @Test func `the mirror fill repeats the edge pixels at each fold`() throws {
        // The source column and row of each canvas column and row.
        let columns = [2, 2, 1, 0, 0, 1, 2, 2, 1]
        let rows = [1, 1, 0, 0, 1, 1, 0]
        let expected = (0..<7).map { y in (0..<9).map { x in 10 + 10 * columns[x] + 30 * rows[y] } }
        #expect(expected[3][4] == 10 && expected[4][6] == 60)
        #expect(try Self.reds(MirrorFill(), Self.small, Self.placement) == expected)
    }

    @Test func `blur is the mean of the extended edge`() throws {
        let edge = { (u: Int, v: Int) in 10 + 10 * min(max(u, 0), 2) + 30 * min(max(v, 0), 1) }
        let expected = Self.expected { u, v in
            let (dx, dy) = (u < 0 ? -u : max(0, u - 2), v < 0 ? -v : max(0, v - 1))
            let (r, n) = (max(dx, dy) / 2, (max(dx, dy) / 2 * 2 + 1) * (max(dx, dy) / 2 * 2 + 1))
            var sum = 0
            for y in v - r...v + r { for x in u - r...u + r { sum += edge(x, y) } }
            return (2 * sum + n) / (2 * n)
        }
        #expect(try Self.reds(BlurFill(), Self.small, Self.placement) == expected)
    }

    @Test func `solid is one color`() throws {
        let fill = try #require(NamedFill.make("#0a141e", mode: .high))
        let canvas = try fill.canvas(Self.small, Self.placement)
        let corner = (canvas.pixels[0], canvas.pixels[1], canvas.pixels[2])
        #expect(corner == (10, 20, 30))
        let inside = (canvas.row(3)[12], canvas.row(4)[18])
        #expect(inside == (10, 60))
        let green = try #require(NamedFill.make("solid", mode: .fast)).canvas(Self.small, Self.placement)
        let padding = (green.row(6)[24], green.row(6)[25], green.row(6)[26])
        #expect(padding == (0, 255, 0))
    }

    @Test(arguments: ["", "mosaics", "#12345", "#1234567", "#12345g", "123456", "#+12345"])
    func `an unknown name of a fill is refused`(name: String) {
        #expect(NamedFill.make(name, mode: .fast) == nil)
    }

    @Test(arguments: NamedFill.names, [1, 2])
    func `every fill keeps the reference and paints rows in any order alike`(name: String, threads: Int) throws {
        let reference = Pictures.scene(31, 23)
        let placement = Placement(
            canvas: Size(width: 64, height: 50), placed: Rect(x: 13, y: 20, width: 31, height: 23))
        let fill = try #require(NamedFill.make(name, mode: .fast))
        let plan = try fill.plan(reference, placement, on: ComputePool(count: threads)) { _ in true }
        let whole = plan.canvas(on: ComputePool(count: threads))
        var same = true
        for y in 0..<23 {
            for i in 0..<93 where whole.row(20 + y)[39 + i] != reference.row(y)[i] { same = false }
        }
        #expect(same, "the reference is changed")
        for rows in [0..<1, 7..<20, 19..<45, 49..<50] {
            var pixels = [UInt8](repeating: 0, count: rows.count * 192)
            var span = pixels.mutableSpan
            plan.paint(rows, into: &span)
            var alike = true
            for i in pixels.indices where pixels[i] != whole.pixels[rows.lowerBound * 192 + i] { alike = false }
            #expect(alike, "rows \(rows)")
        }
    }

    @Test(arguments: NamedFill.names)
    func `a canvas of the size of its reference is copied`(name: String) throws {
        let reference = Pictures.scene(20, 10)
        let placement = Placement(
            canvas: Size(width: 20, height: 10), placed: Rect(x: 0, y: 0, width: 20, height: 10))
        let canvas = try #require(NamedFill.make(name, mode: .fast)).canvas(reference, placement)
        let (made, given) = (PictureHash.short(canvas.pixels), PictureHash.short(reference.pixels))
        #expect(made == given)
    }
}
