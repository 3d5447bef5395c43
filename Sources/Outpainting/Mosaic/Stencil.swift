/// One piece's own corrections of a cell and the eight around it.
///
/// Where another piece lies, the correction is the one that would give the final color there. A step above the limit is
/// left out, so that a seam that keeps its step stays sharp.
struct Stencil {
    /// Nine corrections, row by row.
    private var vectors: InlineArray<9, RGBVector> = .init(repeating: RGBVector())

    init(_ piece: Int, _ column: Int, _ row: Int, _ plan: MosaicPlan) {
        let grid = plan.grid
        var defined: InlineArray<9, Bool> = .init(repeating: false)
        var owned: InlineArray<9, Bool> = .init(repeating: false)
        var isReference: InlineArray<9, Bool> = .init(repeating: false)
        var (ownSum, ownCount, sum, count) = (RGBVector(), Int32(0), RGBVector(), Int32(0))
        for k in 0..<9 {
            let x = clamp(column + k % 3 - 1, 0, grid.columns - 1)
            let y = clamp(row + k / 3 - 1, 0, grid.rows - 1)
            let n = y * grid.columns + x
            let owner = Int(grid.owner[n])
            isReference[k] = owner < 0
            if owner == piece {
                (owned[k], defined[k]) = (true, true)
                vectors[k] = plan.vectors[n].vector
                ownSum = ownSum &+ vectors[k]
                ownCount += 1
            } else if let own = grid.mean(of: piece, x, y) {
                let there = owner < 0 ? grid.referenceMean(x, y) : grid.mean(of: owner, x, y)
                if let there {
                    defined[k] = true
                    let limit = Int32(plan.limit)
                    let final = owner < 0 ? there : there &+ plan.vectors[n].vector
                    vectors[k] = (final &- own).map { min(max($0, -limit), limit) }
                }
            }
            if defined[k] {
                sum = sum &+ vectors[k]
                count += 1
            }
        }
        // The piece's own level, from the cells it owns if there are any, else from all.
        let base =
            ownCount > 0 ? ownSum.map { $0 / ownCount } : count > 0 ? sum.map { $0 / count } : RGBVector()
        for k in 0..<9 {
            if defined[k], !owned[k], !isReference[k], (vectors[k] &- base).size > plan.keptStep { defined[k] = false }
            if !defined[k] { vectors[k] = base }
        }
    }

    /// The left, middle and right correction at twice the distance `f` below the middle of a cell.
    @inline(__always)
    func levels(at f: Int, side: Int) -> (RGBVector, RGBVector, RGBVector) {
        let row = f < 0 ? 0 : 6
        let (near, far) = (Int32(truncatingIfNeeded: 2 &* side &- abs(f)), Int32(truncatingIfNeeded: abs(f)))
        return (
            vectors[3] &* near &+ vectors[row] &* far, vectors[4] &* near &+ vectors[row &+ 1] &* far,
            vectors[5] &* near &+ vectors[row &+ 2] &* far
        )
    }
}
