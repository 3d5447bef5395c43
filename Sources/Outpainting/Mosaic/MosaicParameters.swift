/// Every number of the mosaic in one value, with the two sets that the modes use.
///
/// Costs are in levels of a feature distance (see `Feature`); shares in per cent unless said otherwise.
struct MosaicParameters: Sendable {
    // MARK: Grid and growth
    /// Cells on the canvas's long side at most.
    var cells = 160
    /// How much larger than its reference a canvas may be to be filled in one stage.
    var stagePercent = 250
    /// Every how many pixels features sample when cells are large enough.
    var pixelStep = 1
    /// Blocks among which uniqueness is judged, at most.
    var uniquenessBlocks = 800
    /// Blocks of the border prior, at most.
    var borderPriorBlocks = 3000

    // MARK: Proposals
    /// Side of the patches that are matched, in cells.
    var patch = 7
    /// Cells from one patch to the next along a border.
    var patchStep = 4
    /// Moves a patch offers from each bucket of room.
    var offers = 2
    /// Cells that must lie outwards of a match, so that there is something to continue with.
    var leastRoom = 4
    /// Buckets of room: any, a quarter of the reference, half of it.
    var roomBuckets = 3
    /// Candidates of a bucket that are compared in full.
    var refined = 24
    /// Moves kept of those that continue the reference's border, and of those that continue a ring.
    var borderMoves = 100
    var ringMoves = 60
    /// Moves of each side that are combined for the corners.
    var cornerMoves = 4

    /// Which of many possible mosaics.
    var variant = Variant(number: 0)

    // MARK: Schedule
    /// Width of a ring in per cent of the reference, and how many rings there are at most.
    var ringPercent = 12
    var rings = 8
    /// Rounds over all moves: at the border, and at the end.
    var firstSweeps = 1
    var lastSweeps = 2
    /// Searches for poorly filled blocks, the side of those blocks, and the cost from which a block is poor.
    var blockSearches = 1
    var coverBlock = 8
    var poorCost = 12
    /// Whether repetition is counted while rings grow, and whether all moves are tried again after a search.
    var countsInRings = true
    var sweepsAfterCover = true
    /// The most by which a move may raise a cell's own cost.
    var mostRise = 300

    // MARK: Terms of the energy
    var weights = Weights()

    // MARK: Pieces
    /// Rounds in which pieces are aligned to the pixel, and samples along a cell's edge.
    var alignRounds = 2
    var edgeSamples = 4
    /// Fine cells in a coarse one's side, about; and how far from a seam it may be cut again, in per cent of a cell.
    var fineCells = 4
    var recutPercent = 100
    var recutSweeps = 1

    // MARK: Correction
    /// Fine cells in the side of a correction cell, and multigrid cycles.
    var correctionCells = 2
    var cycles = 5
    /// Mismatch at which a seam's weight is halved: at least, and by how much more in smooth places.
    var robust = 24
    var robustSmooth = 100
    /// The same towards the reference, in per cent of that; 0 keeps such seams at full weight.
    var robustBorderPercent = 0
    /// Pull of the correction to zero, in 1024ths of a seam's full weight.
    var screen = 5
    /// Largest correction in levels, and the step of it (sum of three channels) that a piece keeps for itself.
    var correctionLimit = 96
    var keptStep = 90

    /// Weights of the labeling energy.
    struct Weights: Sendable {
        /// Leaving the row (sideways) or the layer (upwards, downwards) of the reference.
        var gravity = 60
        /// Distance to what crosses the reference's border nearby, in 64ths.
        var borderPrior = 80
        /// Contradicting the known cells nearby: weight in 16ths, reach in cells, cap, share of texture forgiven.
        var context = 150
        var contextReach = 2
        var contextCap = 150
        var contextTexturePercent = 50
        /// Mirroring across the border: price, and how much texture adds to it.
        var mirror = 25
        var mirrorTexturePercent = 100
        /// Flipping left-right, flipping top-bottom, and the tiles of the start.
        var flip = 6
        var flipVertical = 80
        var tile = 20
        /// Copying what is unique in the reference: free up to `uniqueFree`, then in 64ths.
        var unique = 32
        var uniqueFree = 50
        /// Copying something unique next to itself, plain or flipped, in 64ths.
        var near = 60
        var nearFlipped = 20
        /// Copying something unique again (256ths) and copying anything oftener than its fair share.
        var repetition = 24
        var overuse = 6
        var mostOveruse = 40
        var fairPercent = 150
        /// Seams: the cap of a mismatch, the price of any seam, and of one where a move leaves the reference.
        var mostMismatch = 500
        var seam = 12
        var openSeam = 60
        /// Weight of texture in a feature.
        var texture = 4
    }

    /// For mode `high`: a canvas of 4 MP takes about a second.
    static let high = MosaicParameters()

    /// For mode `fast`: coarser cells, fewer moves, one round; a twentieth of the time.
    static let fast: MosaicParameters = {
        var p = MosaicParameters()
        p.cells = 56
        p.stagePercent = 200
        p.pixelStep = 2
        p.uniquenessBlocks = 300
        p.borderPriorBlocks = 600
        p.patch = 5
        p.offers = 1
        p.refined = 12
        p.borderMoves = 40
        p.ringMoves = 24
        p.cornerMoves = 3
        p.ringPercent = 25
        p.rings = 3
        p.lastSweeps = 1
        p.coverBlock = 5
        p.countsInRings = false
        p.sweepsAfterCover = false
        p.alignRounds = 1
        p.edgeSamples = 3
        p.recutPercent = 60
        p.cycles = 3
        return p
    }()
}
