/// The coarse cells of a canvas, counted from the reference's corner.
///
/// A cell is `cell` x `cell` pixels. Cells of the reference are known, all others are to be filled. Two kinds of
/// coordinates run through the mosaic: `column, row` (or one `index`) count canvas cells from the top left of the grid;
/// `u, v` count from the reference's corner, so that a known cell has the same `u, v` as canvas cell and as source.
struct CoarseGrid: Sendable {
    let canvas: Size
    let placed: Rect
    /// Side of a cell in pixels.
    let cell: Int
    /// Cells of the reference; the last column and row may be cut off by its edge.
    let sourceColumns: Int
    let sourceRows: Int
    /// Whole cells of the reference. Only these are copied: a partial cell would become streaks.
    let wholeColumns: Int
    let wholeRows: Int
    /// Cells to the left of the reference and above it.
    let left: Int
    let top: Int
    /// Cells of the canvas.
    let columns: Int
    let rows: Int

    /// The finest cells that keep the canvas's long side within `cells`, but not so large that a small reference would
    /// have fewer than 16 of them on its short side, as long as that makes no more of them than three full squares.
    init(_ placement: Placement, cells: Int) {
        canvas = placement.canvas
        placed = placement.placed
        let (width, height) = (placed.width, placed.height)
        var d = 1
        while max(canvas.width, canvas.height) > cells * d { d += 1 }
        // Without the bound a canvas a thousand times longer than wide would take half a minute.
        let most = 3 * cells * cells
        while d > 1, min(width, height) < 16 * d,
            ceilDivide(canvas.width, d - 1) * ceilDivide(canvas.height, d - 1) <= most
        {
            d -= 1
        }
        cell = d
        sourceColumns = ceilDivide(width, d)
        sourceRows = ceilDivide(height, d)
        wholeColumns = max(1, width / d)
        wholeRows = max(1, height / d)
        left = ceilDivide(placed.x, d)
        top = ceilDivide(placed.y, d)
        columns = left + sourceColumns + max(0, ceilDivide(canvas.width - placed.x - sourceColumns * d, d))
        rows = top + sourceRows + max(0, ceilDivide(canvas.height - placed.y - sourceRows * d, d))
    }

    var count: Int { columns * rows }
    var sourceCount: Int { sourceColumns * sourceRows }

    @inline(__always)
    func isKnown(_ column: Int, _ row: Int) -> Bool {
        within(column &- left, sourceColumns) && within(row &- top, sourceRows)
    }

    /// How many columns `u` lies outside the reference, 0 inside.
    @inline(__always)
    func outside(column u: Int) -> Int { u < 0 ? -u : u >= sourceColumns ? u &- sourceColumns &+ 1 : 0 }

    /// How many rows `v` lies outside the reference, 0 inside.
    @inline(__always)
    func outside(row v: Int) -> Int { v < 0 ? -v : v >= sourceRows ? v &- sourceRows &+ 1 : 0 }

    /// The largest distance from the reference to the canvas's edge, in cells.
    var reach: Int { max(left, columns - left - sourceColumns, top, rows - top - sourceRows) }
}
