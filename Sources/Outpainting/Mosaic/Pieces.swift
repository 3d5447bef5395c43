/// Connected runs of cells that one move fills, each with a move in pixels of its own.
final class Pieces: Sendable {
    let grid: CoarseGrid
    /// The piece of each canvas cell, -1 for the reference.
    let piece: Table<Int32>
    /// The cells each piece spans.
    let bounds: [Rect]
    /// The move of each piece, exact to the cell; alignment improves it.
    let moves: [PixelMove]

    init(_ labeling: Labeling, _ coarse: [Move]) {
        grid = labeling.grid
        piece = Table(grid.count, repeating: -1)
        var (bounds, moves): ([Rect], [PixelMove]) = ([], [])
        for n in 0..<grid.count where labeling.label[n] >= 0 && piece[n] < 0 {
            bounds.append(Pieces.flood(from: n, as: Int32(moves.count), labeling, piece))
            moves.append(PixelMove(coarse[Int(labeling.label[n])], cell: grid.cell))
        }
        (self.bounds, self.moves) = (bounds, moves)
    }

    /// Numbers all cells connected to `start` by equal labels, and returns the cells they span.
    private static func flood(
        from start: Int, as number: Int32, _ labeling: Labeling, _ piece: borrowing Table<Int32>
    ) -> Rect {
        let (columns, rows) = (labeling.grid.columns, labeling.grid.rows)
        let label = labeling.label[start]
        var (left, top, right, bottom) = (columns, rows, 0, 0)
        piece[start] = number
        var open = [start]
        while let n = open.popLast() {
            let (column, row) = (n % columns, n / columns)
            (left, right) = (min(left, column), max(right, column + 1))
            (top, bottom) = (min(top, row), max(bottom, row + 1))
            let around = [
                column > 0 ? n - 1 : n, column + 1 < columns ? n + 1 : n, row > 0 ? n - columns : n,
                row + 1 < rows ? n + columns : n,
            ]
            for m in around where labeling.label[m] == label && piece[m] < 0 {
                piece[m] = number
                open.append(m)
            }
        }
        return Rect(x: left, y: top, width: right - left, height: bottom - top)
    }

    var count: Int { moves.count }
}
