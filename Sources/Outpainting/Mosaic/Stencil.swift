/// One piece's own corrections of a cell and the eight around it.
///
/// Where another piece lies, the piece's correction is what would give the colour that is there in the end; but a seam
/// that keeps its step must not be smeared over half a cell, so a step that large is left out.
struct Stencil {
    /// Nine corrections, row by row.
    private var tints: InlineArray<9, Tint> = .init(repeating: Tint())

    init(_ piece: Int, _ column: Int, _ row: Int, _ plan: MosaicPlan) {
        let grid = plan.grid
        var defined: InlineArray<9, Bool> = .init(repeating: false)
        var owned: InlineArray<9, Bool> = .init(repeating: false)
        var isReference: InlineArray<9, Bool> = .init(repeating: false)
        var (ownSum, ownCount, sum, count) = (Tint(), Int32(0), Tint(), Int32(0))
        for k in 0..<9 {
            let x = clamp(column + k % 3 - 1, 0, grid.columns - 1)
            let y = clamp(row + k / 3 - 1, 0, grid.rows - 1)
            let n = y * grid.columns + x
            let owner = Int(grid.owner[n])
            isReference[k] = owner < 0
            if owner == piece {
                (owned[k], defined[k]) = (true, true)
                tints[k] = plan.tints[n].tint
                ownSum = ownSum &+ tints[k]
                ownCount += 1
            } else if let own = grid.mean(of: piece, x, y) {
                let there = owner < 0 ? grid.referenceMean(x, y) : grid.mean(of: owner, x, y)
                if let there {
                    defined[k] = true
                    let limit = Int32(plan.limit)
                    let final = owner < 0 ? there : there &+ plan.tints[n].tint
                    tints[k] = (final &- own).map { min(max($0, -limit), limit) }
                }
            }
            if defined[k] {
                sum = sum &+ tints[k]
                count += 1
            }
        }
        // The piece's own level: from cells it owns, else from all.
        let base =
            ownCount > 0 ? ownSum.map { $0 / ownCount } : count > 0 ? sum.map { $0 / count } : Tint()
        for k in 0..<9 {
            if defined[k], !owned[k], !isReference[k], (tints[k] &- base).size > plan.keptStep { defined[k] = false }
            if !defined[k] { tints[k] = base }
        }
    }

    /// The left, middle and right correction at twice the distance `f` below the middle of a cell.
    @inline(__always)
    func levels(at f: Int, side: Int) -> (Tint, Tint, Tint) {
        let row = f < 0 ? 0 : 6
        let (near, far) = (Int32(truncatingIfNeeded: 2 &* side &- abs(f)), Int32(truncatingIfNeeded: abs(f)))
        return (
            tints[3] &* near &+ tints[row] &* far, tints[4] &* near &+ tints[row &+ 1] &* far,
            tints[5] &* near &+ tints[row &+ 2] &* far
        )
    }
}
