internal import Imaging
internal import Parallel

/// Corrects the colors of pieces in the gradient domain, so that seams do not show.
///
/// Across a seam between two pieces each piece predicts the other side: what it would show there itself. The target is
/// a jump of the correction that makes the mean of both predictions true. Where the pieces are alike the target has a
/// high weight, and steps of tone are spread over the pieces. Where they differ, in smooth places most of all, the seam
/// is a true edge and the weight is low. The reference itself is never corrected.
struct Correction {
    let grid: CorrectionGrid
    let coarse: CoarseGrid
    let features: Features
    let parameters: MosaicParameters

    /// The full weight of a neighborhood, inside a piece and across a seam that is no edge.
    private static let fullWeight = 256

    /// The correction of each cell, in 64ths of a level.
    func solve(on workers: some Workers) -> Table<RGBVector16> {
        let level = MultigridLevel(columns: grid.columns, rows: grid.rows)
        let bands = ceilDivide(grid.rows, Correction.band)
        // A band also writes the first row of the next, so even bands run first, then odd ones.
        for parity in 0...1 {
            workers.each((bands + 1 - parity) / 2, grain: 1) { range in
                for k in range {
                    let row = (2 * k + parity) * Correction.band
                    state(row..<min(grid.rows, row + Correction.band), in: level)
                }
            }
        }
        let pull = UInt16(max(1, parameters.screen * Correction.fullWeight / 1024))
        for n in 0..<grid.columns * grid.rows where grid.owner[n] >= 0 { level.anchor.add(pull, at: n) }
        let multigrid = Multigrid(level, on: workers)
        for _ in 0..<parameters.cycles { multigrid.cycle() }
        let limit = Int32(parameters.correctionLimit * 64)
        let result = Table<RGBVector16>(grid.columns * grid.rows, repeating: RGBVector16())
        for n in 0..<result.count {
            result[n] = RGBVector16(level.solution[n].map { min(max(($0 &+ 2) >> 2, -limit), limit) })
        }
        return result
    }

    private static let band = 8

    /// Writes the equations of the neighborhoods to the right of and below the cells of some rows.
    private func state(_ rows: Range<Int>, in level: MultigridLevel) {
        for row in rows {
            for column in 0..<grid.columns {
                let n = row &* grid.columns &+ column
                if column &+ 1 < grid.columns { state(n, n &+ 1, (column, row), (column &+ 1, row), level) }
                if row &+ 1 < grid.rows { state(n, n &+ grid.columns, (column, row), (column, row &+ 1), level) }
            }
        }
    }

    private func state(_ n: Int, _ m: Int, _ a: (Int, Int), _ b: (Int, Int), _ level: MultigridLevel) {
        let (own, other) = (Int(grid.owner[n]), Int(grid.owner[m]))
        if own < 0, other < 0 { return }
        var weight = UInt16(Correction.fullWeight)
        if own != other {
            let (jump, seam) = seam(own, other, a, b)
            weight = UInt16(seam)
            let pull = jump &* Int32(4 &* seam)
            if own >= 0 { level.wanted[n] = level.wanted[n] &- pull }
            if other >= 0 { level.wanted[m] = level.wanted[m] &+ pull }
        }
        if own < 0 {
            level.anchor.add(weight, at: m)
        } else if other < 0 {
            level.anchor.add(weight, at: n)
        } else if m == n + 1 && a.1 == b.1 {
            level.weightRight[n] = weight
        } else {
            level.weightBelow[n] = weight
        }
    }

    /// The target jump between the corrections on both sides of a seam, in 64ths, and its weight.
    private func seam(_ own: Int, _ other: Int, _ a: (Int, Int), _ b: (Int, Int)) -> (RGBVector, Int) {
        let here = own < 0 ? grid.referenceMean(a.0, a.1) : grid.mean(of: own, a.0, a.1)
        let there = other < 0 ? grid.referenceMean(b.0, b.1) : grid.mean(of: other, b.0, b.1)
        guard let here, let there else { return (RGBVector(), Correction.fullWeight / 4) }
        // What each piece would show on the other side, and the step it predicts.
        let ahead = own < 0 ? nil : grid.mean(of: own, b.0, b.1)
        let back = other < 0 ? nil : grid.mean(of: other, a.0, a.1)
        var (step, mismatch) = (RGBVector(), 0)
        switch (ahead, back) {
        case (let ahead?, let back?):
            step = ((ahead &- here) &+ (there &- back)).map { $0 / 2 }
            mismatch = ((ahead &- there).size + (back &- here).size) / 6 / 64
        case (let ahead?, nil):
            step = ahead &- here
            mismatch = (ahead &- there).size / 3 / 64
        case (nil, let back?):
            step = there &- back
            mismatch = (back &- here).size / 3 / 64
        case (nil, nil): break
        }
        return (step &- (there &- here), weight(mismatch, own, other, a, b))
    }

    /// Full for no mismatch, half at the tolerated mismatch.
    private func weight(_ mismatch: Int, _ own: Int, _ other: Int, _ a: (Int, Int), _ b: (Int, Int)) -> Int {
        let busy = max(own < 0 ? 0 : texture(own, a), other < 0 ? 0 : texture(other, b))
        var tolerated = parameters.robust + parameters.robustSmooth * 16 / (16 + busy)
        if own < 0 || other < 0 { tolerated = tolerated * parameters.robustBorderPercent / 100 }
        if tolerated == 0 { return Correction.fullWeight }
        let (t, m) = (tolerated * tolerated, mismatch * mismatch)
        return max(1, Correction.fullWeight * t * t / (t * t + m * m))
    }

    /// The texture of a piece's source at the middle of a cell.
    private func texture(_ piece: Int, _ cell: (Int, Int)) -> Int {
        let move = grid.fine.moves[piece]
        let u = move.column((cell.0 - grid.left) * grid.cell + grid.cell / 2)
        let v = move.row((cell.1 - grid.top) * grid.cell + grid.cell / 2)
        let i = clamp(u, 0, coarse.placed.width - 1) / coarse.cell
        let j = clamp(v, 0, coarse.placed.height - 1) / coarse.cell
        let feature = features.cells[j * features.columns + i]
        return (Int(feature[3]) + Int(feature[4])) * 4 / parameters.weights.texture
    }
}
