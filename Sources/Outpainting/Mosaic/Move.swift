/// A label of the mosaic: fill a cell with the reference cell that lies there when the reference is moved, and perhaps
/// mirrored. It says for every cell of the canvas where its content comes from.
struct Move: Sendable {
    /// Mirrored left-right, mirrored top-bottom (only by the tiles of the start).
    let flipX: Bool
    let flipY: Bool
    /// The source of cell `u, v` is `u + x` or, mirrored, `x - u`; the same downwards.
    let x: Int
    let y: Int
    /// A tile of the start may also use the cut-off cells of the reference.
    let isTile: Bool
    /// An arbitrary cost that makes variants (see `Variant`).
    let bias: Int

    init(flipX: Bool, flipY: Bool = false, x: Int, y: Int, isTile: Bool = false, bias: Int = 0) {
        self.flipX = flipX
        self.flipY = flipY
        self.x = x
        self.y = y
        self.isTile = isTile
        self.bias = bias
    }

    @inline(__always)
    func column(_ u: Int) -> Int { flipX ? x &- u : u &+ x }
    @inline(__always)
    func row(_ v: Int) -> Int { flipY ? y &- v : v &+ y }

    /// Whether both copy the same cells to the same places.
    func matches(_ other: Move) -> Bool {
        flipX == other.flipX && flipY == other.flipY && x == other.x && y == other.y
    }

    /// Whether the other differs by at most `distance` cells in both axes and is mirrored alike.
    func isNear(_ other: Move, _ distance: Int) -> Bool {
        flipX == other.flipX && abs(x - other.x) <= distance && abs(y - other.y) <= distance
    }

    /// The move that does `other` and then this one: for the corners, from one of a side and one of top or bottom.
    func after(_ other: Move) -> Move {
        Move(flipX: flipX != other.flipX, x: flipX ? x - other.x : x + other.x, y: y + other.y)
    }
}

extension CoarseGrid {
    /// The index of the source cell that a move copies to cell `u, v`, -1 outside of the cells that can be copied.
    @inline(__always)
    func source(_ move: Move, _ u: Int, _ v: Int) -> Int {
        let (i, j) = (move.column(u), move.row(v))
        let inside =
            move.isTile
            ? within(i, sourceColumns) && within(j, sourceRows) : within(i, wholeColumns) && within(j, wholeRows)
        return inside ? j &* sourceColumns &+ i : -1
    }

    /// The canvas cells that a move can fill, clipped to within `reach` cells of the reference if that is given; `nil`
    /// when there are none.
    func cells(of move: Move, reach: Int?) -> Rect? {
        let (width, height) = move.isTile ? (sourceColumns, sourceRows) : (wholeColumns, wholeRows)
        var x = move.flipX ? move.x + left - width + 1 : left - move.x
        var y = move.flipY ? move.y + top - height + 1 : top - move.y
        var (right, bottom) = (x + width, y + height)
        x = max(0, x)
        y = max(0, y)
        right = min(columns, right)
        bottom = min(rows, bottom)
        if let reach {
            x = max(x, left - reach)
            y = max(y, top - reach)
            right = min(right, left + sourceColumns + reach)
            bottom = min(bottom, top + sourceRows + reach)
        }
        return x < right && y < bottom ? Rect(x: x, y: y, width: right - x, height: bottom - y) : nil
    }

    /// The mirror tiling of the plane by the reference: valid everywhere, and so the labeling's start.
    var tiles: [Move] {
        var tiles: [Move] = []
        for b in -ceilDivide(top, sourceRows)...(rows - top - 1) / sourceRows {
            for a in -ceilDivide(left, sourceColumns)...(columns - left - 1) / sourceColumns where a != 0 || b != 0 {
                let (flipX, flipY) = (a & 1 == 1, b & 1 == 1)
                tiles.append(
                    Move(
                        flipX: flipX, flipY: flipY,
                        x: flipX ? sourceColumns - 1 + a * sourceColumns : -a * sourceColumns,
                        y: flipY ? sourceRows - 1 + b * sourceRows : -b * sourceRows, isTile: true))
            }
        }
        return tiles
    }
}
