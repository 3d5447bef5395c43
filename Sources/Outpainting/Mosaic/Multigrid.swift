internal import Parallel

/// Solves, on a grid and for three channels at once, for the correction c that minimizes
///
///     sum over neighbors  weight * (c_b - c_a - wanted)^2   +   sum over cells  anchor * c^2
///
/// by W-cycles of red-black Gauss-Seidel on ever coarser grids. Coarse cells are aggregates of 2 x 2; their solution is
/// interpolated with a factor of 3/2, because aggregates are too stiff by two. (Factors near 2 diverge, and so do
/// rediscretized grids and bilinear interpolation when weights vary as strongly as here.)
struct Multigrid<Pool: Workers>: ~Copyable {
    private let levels: [MultigridLevel]
    private let workers: Pool

    /// Solves from the equations of the finest level.
    init(_ finest: MultigridLevel, on workers: Pool) {
        self.workers = workers
        finest.prepare()
        var levels = [finest]
        while let last = levels.last, last.columns > 3 || last.rows > 3 {
            let next = last.coarser()
            next.prepare()
            levels.append(next)
        }
        self.levels = levels
    }

    /// One W-cycle from the finest level.
    func cycle() { cycle(0) }

    private func cycle(_ k: Int) {
        let level = levels[k]
        if k + 1 == levels.count { return level.relax(16, on: workers) }
        let coarse = levels[k + 1]
        level.relax(2, on: workers)
        level.restrict(to: coarse, on: workers)
        cycle(k + 1)
        cycle(k + 1)
        level.correct(from: coarse, on: workers)
        level.relax(2, on: workers)
    }
}
