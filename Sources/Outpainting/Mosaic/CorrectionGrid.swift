internal import Imaging

/// The cells on which colors are corrected: a few fine cells each, counted from the reference's corner.
final class CorrectionGrid: Sendable {
    let fine: FineGrid
    let reference: SharedRaster
    /// Side of a cell in pixels, a power of two.
    let cell: Int
    let left: Int
    let top: Int
    let columns: Int
    let rows: Int
    /// The piece at the middle of each cell, -1 for cells that hold reference pixels.
    let owner: Table<Int32>
    /// 1 where a cell holds more than its owner.
    let isMixed: Table<UInt8>

    private var placed: Rect { fine.placement.placed }
    private var canvas: Size { fine.placement.canvas }

    init(_ fine: FineGrid, _ reference: SharedRaster, fineCells: Int) {
        self.fine = fine
        self.reference = reference
        let (canvas, placed) = (fine.placement.canvas, fine.placement.placed)
        cell = fine.cell * fineCells
        left = ceilDivide(placed.x, cell)
        top = ceilDivide(placed.y, cell)
        columns = left + ceilDivide(canvas.width - placed.x, cell)
        rows = top + ceilDivide(canvas.height - placed.y, cell)
        owner = Table(columns * rows, repeating: -1)
        isMixed = Table(columns * rows, repeating: 0)
        for row in 0..<rows {
            for column in 0..<columns { classify(column, row, fineCells) }
        }
    }

    private func classify(_ column: Int, _ row: Int, _ side: Int) {
        let (u, v, n) = ((column - left) * cell, (row - top) * cell, row * columns + column)
        let (fineColumn, fineRow) = ((column - left) * side + fine.left, (row - top) * side + fine.top)
        var first: Int32?
        for y in max(0, fineRow)..<min(fine.rows, fineRow + side) {
            for x in max(0, fineColumn)..<min(fine.columns, fineColumn + side) {
                let piece = fine.piece[y &* fine.columns &+ x]
                if first == nil { first = piece }
                if first != piece { isMixed[n] = 1 }
            }
        }
        if u < placed.width, v < placed.height, u + cell > 0, v + cell > 0 {
            let inside = u >= 0 && v >= 0 && u + cell <= placed.width && v + cell <= placed.height
            if !inside { isMixed[n] = 1 }
            return
        }
        let middle = clamp(fineRow + side / 2, 0, fine.rows - 1) * fine.columns
        let piece = fine.piece[middle + clamp(fineColumn + side / 2, 0, fine.columns - 1)]
        owner[n] = piece >= 0 ? piece : max(0, first ?? 0)
    }

    /// A piece's own mean color in a cell, in 64ths; `nil` if its source there is not wholly inside the reference.
    func mean(of piece: Int, _ column: Int, _ row: Int) -> RGBVector? {
        let u0 = max(-placed.x, (column &- left) &* cell)
        let u1 = min(canvas.width &- placed.x, (column &- left) &* cell &+ cell)
        let v0 = max(-placed.y, (row &- top) &* cell)
        let v1 = min(canvas.height &- placed.y, (row &- top) &* cell &+ cell)
        if u0 >= u1 || v0 >= v1 { return nil }
        let move = fine.moves[piece]
        let (a, b) = (move.column(u0), move.column(u1 &- 1))
        let (c, d) = (move.row(v0), move.row(v1 &- 1))
        if !within(a, placed.width) || !within(b, placed.width) { return nil }
        if !within(c, placed.height) || !within(d, placed.height) { return nil }
        return mean(min(a, b), min(c, d), max(a, b) &+ 1, max(c, d) &+ 1)
    }

    /// The mean color of the reference's own pixels in a cell that holds some.
    func referenceMean(_ column: Int, _ row: Int) -> RGBVector {
        let (u, v) = ((column &- left) &* cell, (row &- top) &* cell)
        return mean(max(0, u), max(0, v), min(placed.width, u &+ cell), min(placed.height, v &+ cell))
    }

    private func mean(_ left: Int, _ top: Int, _ right: Int, _ bottom: Int) -> RGBVector {
        let reference = reference
        let pixels = reference.pixels
        var sum = RGBVector()
        var y = top
        while y < bottom {
            var p = (y &* placed.width &+ left) &* 3
            let end = (y &* placed.width &+ right) &* 3
            while p < end {
                sum.red &+= Int32(pixels[p])
                sum.green &+= Int32(pixels[p &+ 1])
                sum.blue &+= Int32(pixels[p &+ 2])
                p &+= 3
            }
            y &+= 1
        }
        let count = Int32(truncatingIfNeeded: (right &- left) &* (bottom &- top))
        return sum.map { ($0 &* 64 &+ count / 2) / count }
    }
}
