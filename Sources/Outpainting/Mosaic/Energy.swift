internal import Imaging
internal import Parallel

/// The cost of filling a cell from a source, and of a seam between two cells filled by different moves.
///
/// The mosaic is the labeling with the least sum of both. The value is constant while moves compete; `counting` makes
/// the next one when the uses of sources are counted again.
final class Energy: Sendable {
    let grid: CoarseGrid
    let features: Features
    let weights: MosaicParameters.Weights
    private let uniqueness: Uniqueness
    private let texture: Texture
    private let borderPrior: BorderPrior
    private let uses: UseCounts?
    /// The cost of leaving the own row or layer, by distance in cells.
    private let pull: Table<Int32>

    /// The energy before anything is counted.
    init(
        _ reference: SharedRaster, _ grid: CoarseGrid, _ parameters: MosaicParameters, on workers: some Workers
    ) {
        self.grid = grid
        weights = parameters.weights
        features = Features(of: reference, grid, parameters, on: workers)
        uniqueness = Uniqueness(features, blocks: parameters.uniquenessBlocks, on: workers)
        texture = Texture(features)
        borderPrior = BorderPrior(features, grid, blocks: parameters.borderPriorBlocks, on: workers)
        uses = nil
        pull = Energy.pull(grid, weights)
    }

    private init(_ other: Energy, _ uses: UseCounts) {
        grid = other.grid
        weights = other.weights
        features = other.features
        uniqueness = other.uniqueness
        texture = other.texture
        borderPrior = other.borderPrior
        self.uses = uses
        pull = Energy.pull(grid, weights)
    }

    /// The same energy with repetition priced by the given uses.
    func counting(_ uses: UseCounts) -> Energy { Energy(self, uses) }

    private static func pull(_ grid: CoarseGrid, _ weights: MosaicParameters.Weights) -> Table<Int32> {
        let most = grid.sourceRows + grid.wholeRows
        let table = Table<Int32>(most, repeating: 0)
        for k in 0..<most { table[k] = Int32(k * weights.gravity / grid.sourceRows) }
        return table
    }
}

// MARK: - One cell

extension Energy {
    /// Sideways a cell stays in its row, above the reference it takes from the top, below from the bottom: layers.
    @inline(__always)
    func gravity(_ v: Int, from j: Int) -> Int {
        Int(pull[v < 0 ? j : v >= grid.sourceRows ? grid.sourceRows &- 1 &- j : abs(j &- v)])
    }

    /// Likeness of the material around, weighed.
    @inline(__always)
    func materialCost(at n: Int, from source: Int) -> Int {
        (borderPrior.cost(at: n, from: source) &* weights.borderPrior) >> 6
    }

    /// The cost of filling canvas cell `column, row` by a move, 2^20 where the move has no source.
    ///
    /// `ownUse` is 1 when the cell is counted among the users of this very source, else 0.
    func cost(of move: Move, _ column: Int, _ row: Int, context: Bool = true, ownUse: Int = 0) -> Int {
        let (u, v) = (column &- grid.left, row &- grid.top)
        let source = grid.source(move, u, v)
        return source < 0 ? 1 << 20 : cost(of: move, column, row, source: source, context: context, ownUse: ownUse)
    }

    /// The same for a source that is known already.
    func cost(of move: Move, _ column: Int, _ row: Int, source: Int, context: Bool = true, ownUse: Int = 0) -> Int {
        let (u, v) = (column &- grid.left, row &- grid.top)
        let (i, j) = (move.column(u), move.row(v))
        let flipped = move.flipX || move.flipY
        var cost = gravity(v, from: j) &+ materialCost(at: row &* grid.columns &+ column, from: source) &+ move.bias
        if move.flipX { cost &+= weights.flip }
        if move.flipY { cost &+= weights.flipVertical }
        if move.isTile { cost &+= weights.tile }
        let unique = Int(uniqueness.cells[source])
        if unique > 0 {
            // Keeps a face from being copied, most of all next to itself.
            if unique > weights.uniqueFree { cost &+= ((unique &- weights.uniqueFree) &* weights.unique) >> 6 }
            let (size, distance) = (
                max(grid.sourceColumns, grid.sourceRows) >> 1, max(abs(i &- u), abs(j &- v))
            )
            if distance < size {
                let weight = flipped ? weights.nearFlipped : weights.near
                cost &+= Int(
                    UInt32(truncatingIfNeeded: unique &* weight &* (size &- distance))
                        / UInt32(truncatingIfNeeded: size &* 64))
            }
        }
        if let uses { cost &+= uses.cost(of: source, unique: unique, less: ownUse, weights) }
        if context, grid.outside(column: u) <= 1, grid.outside(row: v) <= 1 {
            cost &+= contextCost(of: move, u, v, source)
        }
        return cost
    }

    /// The mismatch of a move with the known cells around a cell next to the reference: what the move would bring there,
    /// against what is there. Where the move leaves the reference, its content is mirrored, at a price.
    private func contextCost(of move: Move, _ u: Int, _ v: Int, _ source: Int) -> Int {
        let (columns, rows, reach) = (grid.sourceColumns, grid.sourceRows, weights.contextReach)
        let own = features.cells[source]
        let inwardsX = u < 0 ? 1 : u >= columns ? -1 : 0
        let inwardsY = v < 0 ? 1 : v >= rows ? -1 : 0
        var (sum, count) = (0, 0)
        var y = max(0, v &- reach)
        while y <= min(rows &- 1, v &+ reach) {
            var x = max(0, u &- reach)
            while x <= min(columns &- 1, u &+ reach) {
                let n = y &* columns &+ x
                let (known, hidden) = (features.cells[n], Int(texture.cells[n]))
                let (a, b) = (move.column(x), move.row(y))
                count &+= 1
                if within(a, columns), within(b, rows) {
                    let unlike = min(weights.contextCap, distance(features.cells[b &* columns &+ a], known))
                    sum &+= max(0, unlike &- hidden &* weights.contextTexturePercent / 100)
                } else {
                    let x2 = clamp(x &+ inwardsX, 0, columns &- 1)
                    let y2 = clamp(y &+ inwardsY, 0, rows &- 1)
                    sum &+= distance(known, own) >> 1
                    sum &+= distance(known, features.cells[y2 &* columns &+ x2])
                    sum &+= weights.mirror &+ hidden &* weights.mirrorTexturePercent / 100
                }
                x &+= 1
            }
            y &+= 1
        }
        return count > 0 ? sum &* weights.context / (count &* 16) : 0
    }
}

// MARK: - Two cells

extension Energy {
    /// The mismatch of two sources for a seam: capped, and -1 if one of them does not exist.
    @inline(__always)
    func mismatch(_ a: Int, _ b: Int) -> Int {
        a < 0 || b < 0 ? -1 : min(weights.mostMismatch, distance(features.cells[a], features.cells[b]))
    }

    /// The price of a seam from the mismatches of its two moves in the cells on both sides of it.
    @inline(__always)
    func seam(_ s: Int, _ t: Int) -> Int {
        if s >= 0, t >= 0 { return s &+ t &+ weights.seam }
        if s < 0, t < 0 { return 2 &* weights.mostMismatch &+ weights.openSeam }
        return 2 &* max(s, t) &+ weights.openSeam
    }
}
