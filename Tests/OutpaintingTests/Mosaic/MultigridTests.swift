import Parallel
import TestSupport
import Testing

@testable import Outpainting

@Suite struct MultigridTests {
    /// The residual of the equations at a cell.
    static func residual(_ level: MultigridLevel, _ column: Int, _ row: Int) -> Int {
        let n = row * level.columns + column
        var (sum, weight) = (Int(level.wanted[n].red), Int(level.anchor[n]))
        func pull(_ m: Int, _ w: UInt16) {
            sum += Int(w) * Int(level.solution[m].red)
            weight += Int(w)
        }
        if column > 0 { pull(n - 1, level.weightRight[n - 1]) }
        if column + 1 < level.columns { pull(n + 1, level.weightRight[n]) }
        if row > 0 { pull(n - level.columns, level.weightBelow[n - level.columns]) }
        if row + 1 < level.rows { pull(n + level.columns, level.weightBelow[n]) }
        return sum - weight * Int(level.solution[n].red)
    }

    static func random(_ columns: Int, _ rows: Int, seed: UInt64) -> MultigridLevel {
        var random = Seeded(seed)
        let level = MultigridLevel(columns: columns, rows: rows)
        for n in 0..<columns * rows {
            level.weightRight[n] = random.next() % 5 == 0 ? 1 : 256
            level.weightBelow[n] = random.next() % 5 == 0 ? 1 : 256
            level.anchor[n] = 1
            let pull = Int32.random(in: -2_000_000...2_000_000, using: &random)
            level.wanted[n] = RGBVector(red: pull, green: 0 - pull, blue: 0)
        }
        return level
    }

    @Test(arguments: [(40, 30), (7, 65), (16, 16), (100, 9)])
    func `multigrid cycles solve the equations`(columns: Int, rows: Int) {
        let level = Self.random(columns, rows, seed: 7)
        let before = (0..<columns * rows).map { abs(Self.residual(level, $0 % columns, $0 / columns)) }.reduce(0, +)
        let multigrid = Multigrid(level, on: SingleWorker())
        for _ in 0..<6 { multigrid.cycle() }
        let after = (0..<columns * rows).map { abs(Self.residual(level, $0 % columns, $0 / columns)) }.reduce(0, +)
        // Rounding leaves about half a unit of the solution times a weight in each cell.
        #expect(after < before / 20, "\(before) -> \(after)")
        var blue = false
        for n in 0..<columns * rows where level.solution[n].blue != 0 { blue = true }
        #expect(!blue, "a channel without a right-hand side stays zero")
    }

    @Test func `the solution does not depend on the number of workers`() {
        let solutions = [1, 2, 3].map { threads in
            let level = Self.random(61, 77, seed: 8)
            let multigrid = Multigrid(level, on: ComputePool(count: threads))
            for _ in 0..<3 { multigrid.cycle() }
            return (0..<61 * 77).map { level.solution[$0].red }
        }
        #expect(solutions[0] == solutions[1] && solutions[0] == solutions[2])
    }
}
