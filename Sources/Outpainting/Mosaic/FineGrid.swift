internal import Imaging

/// The canvas in fine cells of `cell` x `cell` pixels, counted from the reference's corner, and the piece of each.
final class FineGrid: Sendable {
    let placement: Placement
    /// Side of a fine cell, a power of two, and its logarithm.
    let cell: Int
    let shift: Int
    /// Fine cells to the left of the reference and above it.
    let left: Int
    let top: Int
    let columns: Int
    let rows: Int
    /// The piece of each fine cell, -1 for cells wholly inside the reference.
    let piece: Table<Int32>
    /// The moves of all pieces; a few mirror pieces may follow those that were aligned.
    let moves: [PixelMove]

    init(_ placement: Placement, _ pieces: Pieces, _ aligned: borrowing Table<PixelMove>, cells: Int) {
        self.placement = placement
        var s = 1
        while s * 2 * cells <= pieces.grid.cell + 1 || (s < 2 && pieces.grid.cell >= 4) { s *= 2 }
        cell = s
        shift = s.trailingZeroBitCount
        let (canvas, placed) = (placement.canvas, placement.placed)
        left = ceilDivide(placed.x, s)
        top = ceilDivide(placed.y, s)
        columns = left + ceilDivide(canvas.width - placed.x, s)
        rows = top + ceilDivide(canvas.height - placed.y, s)
        piece = Table(columns * rows, repeating: -1)
        var moves = (0..<pieces.count).map { aligned[$0] }
        for row in 0..<rows {
            for column in 0..<columns {
                let corner = Rect(x: (column - left) * s, y: (row - top) * s, width: s, height: s)
                let (u, v) = FineGrid.decidingPixel(corner, placement)
                if within(u, placed.width), within(v, placed.height) { continue }
                piece[row * columns + column] = Int32(FineGrid.piece(u, v, pieces, placed, &moves))
            }
        }
        self.moves = moves
    }

    /// The pixel that decides a cell's piece: its center, or the last pixel outside of the reference in a partial cell.
    private static func decidingPixel(_ cell: Rect, _ placement: Placement) -> (Int, Int) {
        let (canvas, placed) = (placement.canvas, placement.placed)
        let (endX, endY) = (canvas.width - placed.x - 1, canvas.height - placed.y - 1)
        var u = clamp(cell.x + cell.width / 2, -placed.x, endX)
        var v = clamp(cell.y + cell.height / 2, -placed.y, endY)
        if within(u, placed.width), within(v, placed.height) {
            let (lastU, lastV) = (min(cell.right - 1, endX), min(cell.bottom - 1, endY))
            if lastU >= placed.width { u = lastU } else { v = lastV }
        }
        return (u, v)
    }

    /// The piece of the coarse cell at an unknown pixel. For a coarse cell that counts as known but is cut off by the
    /// reference's edge it is the neighbor's; where the canvas ends as well, it is a mirror piece.
    private static func piece(
        _ u: Int, _ v: Int, _ pieces: Pieces, _ placed: Rect, _ moves: inout [PixelMove]
    ) -> Int {
        let grid = pieces.grid
        var column = clamp(floorDivide(u, grid.cell) + grid.left, 0, grid.columns - 1)
        var row = clamp(floorDivide(v, grid.cell) + grid.top, 0, grid.rows - 1)
        if grid.isKnown(column, row) {
            if u >= placed.width, column + 1 < grid.columns { column += 1 }
            if v >= placed.height, row + 1 < grid.rows { row += 1 }
        }
        let piece = pieces.piece[row * grid.columns + column]
        if piece >= 0 { return Int(piece) }
        let (flipX, flipY) = (u >= placed.width, v >= placed.height)
        let mirror = PixelMove(
            flipX: flipX, flipY: flipY, x: flipX ? 2 * placed.width - 1 : 0, y: flipY ? 2 * placed.height - 1 : 0)
        if let k = moves.firstIndex(of: mirror) { return k }
        moves.append(mirror)
        return moves.count - 1
    }
}
