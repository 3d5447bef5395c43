internal import Parallel

/// The order in which moves are found and tried: from the border outwards in rings, then where the picture is still
/// poor, then all moves again.
///
/// Growing outwards makes far areas agree with near ones: each ring continues the ring before.
struct Schedule<Pool: Workers> {
    private let parameters: MosaicParameters
    private let grid: CoarseGrid
    private let workers: Pool
    private var energy: Energy
    private var moveSet = MoveSet()
    private var clock = AlphaExpansion.LogicalClock()
    private let labeling: Labeling
    private let expansion: AlphaExpansion
    /// Told the number of moves and the energy after each step; for tests.
    private let trace: ((_ moves: Int, _ energy: Int) -> Void)?

    init(
        _ energy: Energy, _ parameters: MosaicParameters, on workers: Pool,
        trace: ((_ moves: Int, _ energy: Int) -> Void)? = nil
    ) {
        self.parameters = parameters
        self.energy = energy
        self.workers = workers
        self.trace = trace
        grid = energy.grid
        for tile in grid.tiles { moveSet.add(tile) }
        labeling = Labeling(grid, moveSet.moves, energy)
        expansion = AlphaExpansion(labeling, mostRise: parameters.mostRise, workers: workers.count)
    }

    /// Runs the whole schedule: the moves that are used, and the labeling.
    ///
    /// After each ring and sweep `progress` receives the share done, and throws to stop.
    mutating func run(_ progress: (Double) throws(FillCancelled) -> Void) throws(FillCancelled) -> ([Move], Labeling) {
        let width = max(4, min(grid.sourceColumns, grid.sourceRows) * parameters.ringPercent / 100)
        propose(distance: 0)
        for _ in 0..<parameters.firstSweeps { sweep(0..<moveSet.count, reach: width + 4) }
        step()
        let rings = min(parameters.rings, max(0, (grid.reach - 1) / width))
        for ring in 0..<rings {
            try progress(0.5 * Double(ring + 1) / Double(rings + 1))
            let distance = (ring + 1) * width
            moveSet.dropUnused(in: labeling)
            if parameters.countsInRings { recount() }
            let old = moveSet.count
            propose(distance: distance)
            sweep(old..<moveSet.count, reach: distance + width + 4)
            sweep(0..<old, reach: distance + width + 4)
            step()
        }
        try progress(0.5)
        for _ in 0..<parameters.blockSearches {
            moveSet.dropUnused(in: labeling)
            recount()
            let old = moveSet.count
            let cover = PoorBlockSearch(energy: energy, labeling: labeling, parameters: parameters)
            if !cover.add(to: &moveSet, on: workers) { break }
            sweep(old..<moveSet.count, reach: nil)
            if parameters.sweepsAfterCover { sweep(0..<moveSet.count, reach: nil) }
            step()
        }
        for round in 0..<parameters.lastSweeps {
            try progress(0.75 + 0.25 * Double(round) / Double(parameters.lastSweeps))
            moveSet.dropUnused(in: labeling)
            recount()
            sweep(0..<moveSet.count, reach: nil)
            step()
        }
        moveSet.dropUnused(in: labeling)
        return (moveSet.moves, labeling)
    }

    private mutating func propose(distance: Int) {
        Proposals(energy: energy, labeling: labeling, parameters: parameters)
            .add(to: &moveSet, distance: distance, on: workers)
    }

    private mutating func sweep(_ labels: Range<Int>, reach: Int?) {
        expansion.sweep(labels, of: &moveSet, energy, &clock, reach: reach, on: workers)
    }

    /// Counts how often each source is used and updates the costs; every move is then due again.
    private mutating func recount() {
        energy = energy.counting(UseCounts(labeling, grid, parameters.weights))
        labeling.updateCosts(moveSet.moves, energy, on: workers)
        expansion.invalidate(&clock)
    }

    private func step() {
        trace?(moveSet.count, labeling.total(moveSet.moves, energy))
    }
}
