/// How often each source cell is copied, and the cost of copying it once more.
final class UseCounts: Sendable {
    let counts: Table<Int32>
    /// The fair number of uses of a source, given how much is to be filled.
    private let fair: Int

    init(_ labeling: Labeling, _ grid: CoarseGrid, _ weights: MosaicParameters.Weights) {
        let unknown = grid.count - grid.sourceCount
        fair = 1 + weights.fairPercent * unknown / (100 * grid.sourceCount)
        counts = Table(grid.sourceCount, repeating: 0)
        for n in 0..<grid.count where labeling.label[n] >= 0 { counts[Int(labeling.source[n])] += 1 }
    }

    @inline(__always)
    func cost(of source: Int, unique: Int, less ownUse: Int, _ weights: MosaicParameters.Weights) -> Int {
        let count = Int(counts[source]) &- ownUse
        var cost = (min(count, 4) &* weights.repetition &* unique) >> 8
        if count > fair { cost &+= min(weights.mostOveruse, (count &- fair) &* weights.overuse) }
        return cost
    }
}
