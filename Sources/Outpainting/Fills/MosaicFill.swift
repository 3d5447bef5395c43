public import Imaging
public import Parallel

/// The mosaic: moved and mirrored pieces of the reference, chosen by graph cuts, aligned to the pixel and blended.
///
/// See `docs/fill.md` for the whole method. Integers only and nothing random: the same reference, placement and
/// parameters give the same bytes everywhere.
public struct MosaicFill: Fill {
    private let parameters: MosaicParameters

    /// The mosaic of a mode. Variant 0 minimizes cost alone; every other number gives another mosaic, always the same.
    public init(_ mode: Mode, variant: Int = 0) {
        var parameters = mode == .fast ? MosaicParameters.fast : .high
        parameters.variant = Variant(number: variant)
        self.parameters = parameters
    }

    public func plan(
        _ reference: SharedRaster, _ placement: Placement, on workers: some Workers, progress: @escaping FillProgress
    ) throws(FillCancelled) -> any FillPlan {
        precondition(reference.channels == 3)
        precondition(reference.width == placement.placed.width && reference.height == placement.placed.height)
        let range = ProgressRange(progress)
        try range.report(0)
        let stages = Stages(placement, percent: parameters.stagePercent).placements
        if stages.isEmpty { return CopyPlan(reference) }
        var picture = reference
        for (k, stage) in stages.enumerated() {
            let part = range.part(Double(k) / Double(stages.count), Double(k + 1) / Double(stages.count))
            let plan = try plan(picture, stage, part, on: workers)
            if k + 1 == stages.count { return plan }
            picture = SharedRaster(plan.canvas(on: workers))
        }
        return CopyPlan(picture)
    }

    /// One stage: a canvas at most a few times larger than its reference.
    private func plan(
        _ reference: SharedRaster, _ placement: Placement, _ range: ProgressRange, on workers: some Workers
    ) throws(FillCancelled) -> MosaicPlan {
        let coarse = CoarseGrid(placement, cells: parameters.cells)
        let energy = Energy(reference, coarse, parameters, on: workers)
        try range.report(0.05)
        var schedule = Schedule(energy, parameters, on: workers)
        let search = range.part(0.05, 0.75)
        let (moves, labeling) = try schedule.run { share throws(FillCancelled) in try search.report(share) }
        try range.report(0.75)
        let pieces = Pieces(labeling, moves)
        let alignment = Alignment(pieces, of: reference, parameters, on: workers)
        try range.report(0.8)
        let fine = FineGrid(placement, pieces, alignment.moves, cells: parameters.fineCells)
        SeamRefinement(fine, reference, coarseCell: coarse.cell, parameters)
            .run(alignment.order, sweeps: parameters.recutSweeps, on: workers)
        try range.report(0.9)
        let grid = CorrectionGrid(fine, reference, fineCells: parameters.correctionCells)
        let correction = Correction(grid: grid, coarse: coarse, features: energy.features, parameters: parameters)
        let plan = MosaicPlan(grid, correction.solve(on: workers), parameters)
        try range.report(1)
        return plan
    }
}
