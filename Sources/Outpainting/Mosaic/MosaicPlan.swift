internal import Imaging

/// A mosaic whose pieces and corrections are decided, ready to be painted.
///
/// A pixel is its source plus the correction there, which is bilinear in the correction grid. Inside a piece that is a
/// ramp, painted run by run (`paintPlain`); in cells near seams each piece continues its own correction beyond its
/// outline (`paintSeams`).
final class MosaicPlan: FillPlan {
    let placement: Placement
    let reference: SharedRaster
    let grid: CorrectionGrid
    let vectors: Table<RGBVector16>
    let limit: Int
    /// The correction step above which an edge stays sharp, in 64ths summed over three channels.
    let keptStep: Int

    init(_ grid: CorrectionGrid, _ vectors: consuming Table<RGBVector16>, _ parameters: MosaicParameters) {
        placement = grid.fine.placement
        reference = grid.reference
        self.grid = grid
        self.vectors = vectors
        limit = parameters.correctionLimit * 64
        keptStep = parameters.keptStep * 64
    }

    var canvas: Size { placement.canvas }
    var rowsAtOnce: Int { grid.cell }

    func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
        let (placed, rowBytes) = (placement.placed, 3 * canvas.width)
        let reference = reference
        for y in max(rows.lowerBound, placed.y)..<max(rows.lowerBound, placed.y, min(rows.upperBound, placed.bottom)) {
            pixels.copy(reference.row(y - placed.y), to: (y - rows.lowerBound) * rowBytes + 3 * placed.x)
        }
        let first = floorDivide(rows.lowerBound - placed.y, grid.cell) + grid.top
        let last = floorDivide(rows.upperBound - 1 - placed.y, grid.cell) + grid.top
        let scratch = Scratch(columns: grid.columns)
        for gridRow in first...last {
            let top = (gridRow - grid.top) * grid.cell + placed.y
            let part = max(top, rows.lowerBound)..<min(top + grid.cell, rows.upperBound)
            findPlainCells(gridRow, scratch)
            for y in part {
                var line = pixels._mutatingExtracting(
                    (y - rows.lowerBound) * rowBytes..<(y - rows.lowerBound + 1) * rowBytes)
                paintPlain(y, gridRow, scratch, into: &line)
            }
            for column in 0..<grid.columns where !scratch.isPlain[column] {
                paintSeams(column, gridRow, part, into: &pixels, from: rows.lowerBound)
            }
        }
    }

    /// Scratch values for one row of the correction grid or of pixels.
    struct Scratch: ~Copyable {
        /// Cells that lie, with all around them, well inside one piece.
        let isPlain: Table<Bool>
        /// The correction at the height of the pixel row, per column of the grid.
        let level: Table<RGBVector>

        init(columns: Int) {
            isPlain = Table(columns, repeating: false)
            level = Table(columns, repeating: RGBVector())
        }
    }

    private func findPlainCells(_ row: Int, _ scratch: borrowing Scratch) {
        let (columns, rows) = (grid.columns, grid.rows)
        for column in 0..<columns {
            let n = row &* columns &+ column
            let own = grid.owner[n]
            var plain = own >= 0 && grid.isMixed[n] == 0
            var y = max(0, row &- 1)
            while plain, y <= min(rows &- 1, row &+ 1) {
                for x in max(0, column &- 1)...min(columns &- 1, column &+ 1) {
                    if grid.owner[y &* columns &+ x] != own { plain = false }
                }
                y &+= 1
            }
            scratch.isPlain[column] = plain
        }
    }
}

// MARK: - Inside pieces

extension MosaicPlan {
    /// One row of pixels in all plain cells of a grid row.
    private func paintPlain(
        _ y: Int, _ gridRow: Int, _ scratch: borrowing Scratch, into line: inout MutableSpan<UInt8>
    ) {
        let (side, columns) = (grid.cell, grid.columns)
        let v = y &- placement.placed.y
        // Twice the distance from the cell's middle to the pixel's: bilinear in steps of half pixels.
        let f = 2 &* (v &- (gridRow &- grid.top) &* side) &+ 1 &- side
        let neighbor = clamp(f < 0 ? gridRow &- 1 : gridRow &+ 1, 0, grid.rows &- 1) &* columns
        let (near, far) = (Int32(truncatingIfNeeded: 2 &* side &- abs(f)), Int32(truncatingIfNeeded: abs(f)))
        for column in 0..<columns {
            scratch.level[column] =
                vectors[gridRow &* columns &+ column].vector &* near &+ vectors[neighbor &+ column].vector &* far
        }
        for column in 0..<columns where scratch.isPlain[column] {
            let move = grid.fine.moves[Int(grid.owner[gridRow &* columns &+ column])]
            let (level, last) = (scratch.level[column], columns &- 1)
            paintHalves(
                column, v, move, level, scratch.level[max(0, column &- 1)], scratch.level[min(last, column &+ 1)],
                into: &line)
        }
    }

    /// The left and the right half of a cell's row, each a ramp towards the neighbor's correction.
    @inline(__always)
    private func paintHalves(
        _ column: Int, _ v: Int, _ move: PixelMove, _ middle: RGBVector, _ left: RGBVector, _ right: RGBVector,
        into line: inout MutableSpan<UInt8>
    ) {
        let side = Int32(truncatingIfNeeded: grid.cell)
        let u = (column &- grid.left) &* grid.cell
        let half = grid.cell >> 1
        paintRamp(
            u, u &+ half, v, move, middle &* (side &+ 1) &+ left &* (side &- 1), (middle &- left) &* 2, into: &line)
        paintRamp(
            u &+ half, u &+ grid.cell, v, move, middle &* (2 &* side &- 1) &+ right, (right &- middle) &* 2,
            into: &line)
    }

    /// Pixels `from..<to` of row `v`: the source plus a correction that begins with `start` and grows by `step`.
    @inline(__always)
    private func paintRamp(
        _ from: Int, _ to: Int, _ v: Int, _ move: PixelMove, _ start: RGBVector, _ step: RGBVector,
        into line: inout MutableSpan<UInt8>
    ) {
        let placed = placement.placed
        let (u0, u1) = (max(from, 0 &- placed.x), min(to, canvas.width &- placed.x))
        if u0 >= u1 { return }
        let (shift, half) = rounding
        var vector =
            start &+ step &* Int32(truncatingIfNeeded: u0 &- from) &+ RGBVector(red: half, green: half, blue: half)
        let reference = reference
        let source = reference.row(reflect(move.row(v), placed.height))
        var p = 3 &* (u0 &+ placed.x)
        let (first, last) = (move.column(u0), move.column(u1 &- 1))
        if within(first, placed.width), within(last, placed.width) {
            var q = 3 &* first
            let stride = move.flipX ? -3 : 3
            for _ in u0..<u1 {
                line[p] = shown(source[q], vector.red, shift)
                line[p &+ 1] = shown(source[q &+ 1], vector.green, shift)
                line[p &+ 2] = shown(source[q &+ 2], vector.blue, shift)
                vector = vector &+ step
                p &+= 3
                q &+= stride
            }
        } else {
            for u in u0..<u1 {
                let q = 3 &* reflect(move.column(u), placed.width)
                line[p] = shown(source[q], vector.red, shift)
                line[p &+ 1] = shown(source[q &+ 1], vector.green, shift)
                line[p &+ 2] = shown(source[q &+ 2], vector.blue, shift)
                vector = vector &+ step
                p &+= 3
            }
        }
    }

    /// How a bilinear sum is rounded to a level: a shift, and the half added before it.
    private var rounding: (shift: Int32, half: Int32) {
        let shift = Int32(truncatingIfNeeded: 6 &+ 2 &* (grid.cell.trailingZeroBitCount &+ 1))
        return (shift, 1 << (shift &- 1))
    }

    @inline(__always)
    private func shown(_ source: UInt8, _ vector: Int32, _ shift: Int32) -> UInt8 {
        UInt8(truncatingIfNeeded: min(max(Int32(source) &+ vector &>> shift, 0), 255))
    }
}

// MARK: - Near seams

extension MosaicPlan {
    /// A cell that holds or touches more than one piece: each piece in it with its own correction.
    private func paintSeams(
        _ column: Int, _ gridRow: Int, _ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>, from firstRow: Int
    ) {
        let placed = placement.placed
        let n = gridRow * grid.columns + column
        if grid.owner[n] < 0, grid.isMixed[n] == 0 { return }
        let u = (column - grid.left) * grid.cell
        let (u0, u1) = (max(u, -placed.x), min(u + grid.cell, canvas.width - placed.x))
        if u0 >= u1 || rows.isEmpty { return }
        let area = Rect(x: u0, y: rows.lowerBound - placed.y, width: u1 - u0, height: rows.count)
        if grid.owner[n] >= 0, grid.isMixed[n] == 0 {
            paint(Int(grid.owner[n]), column, gridRow, area, into: &pixels, from: firstRow)
            return
        }
        // Few pieces meet in a cell; they are taken in the order of their first fine cell.
        let fine = grid.fine
        var seen: [Int32] = []
        for y in area.y >> fine.shift...(area.bottom - 1) >> fine.shift {
            for x in u0 >> fine.shift...(u1 - 1) >> fine.shift {
                let piece = fine.piece[(y + fine.top) * fine.columns + x + fine.left]
                if piece < 0 || seen.contains(piece) { continue }
                seen.append(piece)
                paint(Int(piece), column, gridRow, area, into: &pixels, from: firstRow)
            }
        }
    }

    /// The pixels of one piece in an area of a cell.
    private func paint(
        _ piece: Int, _ column: Int, _ gridRow: Int, _ area: Rect, into pixels: inout MutableSpan<UInt8>,
        from firstRow: Int
    ) {
        let stencil = Stencil(piece, column, gridRow, self)
        let (fine, placed, side) = (grid.fine, placement.placed, grid.cell)
        let (move, reference) = (fine.moves[piece], reference)
        let (shift, half) = rounding
        let (cornerU, cornerV) = ((column - grid.left) * side, (gridRow - grid.top) * side)
        for v in area.y..<area.bottom {
            let f = 2 &* (v &- cornerV) &+ 1 &- side
            let levels = stencil.levels(at: f, side: side)
            let source = reference.row(reflect(move.row(v), placed.height))
            let pieceRow = (v >> fine.shift &+ fine.top) &* fine.columns &+ fine.left
            var p = ((v &+ placed.y &- firstRow) &* canvas.width &+ area.x &+ placed.x) &* 3
            for u in area.x..<area.right {
                let own = Int(fine.piece[pieceRow &+ u >> fine.shift]) == piece
                if own, !(within(u, placed.width) && within(v, placed.height)) {
                    let g = 2 &* (u &- cornerU) &+ 1 &- side
                    let (near, far) = (
                        Int32(truncatingIfNeeded: 2 &* side &- abs(g)), Int32(truncatingIfNeeded: abs(g))
                    )
                    let other = g < 0 ? levels.0 : levels.2
                    let vector = levels.1 &* near &+ other &* far
                    let q = 3 &* reflect(move.column(u), placed.width)
                    pixels[p] = shown(source[q], vector.red &+ half, shift)
                    pixels[p &+ 1] = shown(source[q &+ 1], vector.green &+ half, shift)
                    pixels[p &+ 2] = shown(source[q &+ 2], vector.blue &+ half, shift)
                }
                p &+= 3
            }
        }
    }
}
