/// Searches the reference for the best matches of patches along a ring.
struct PatchSearch: Sendable {
    private let energy: Energy
    private let grid: CoarseGrid
    private let labeling: Labeling
    private let moves: [Move]
    private let parameters: MosaicParameters
    /// Side of a patch in cells.
    private let side: Int
    /// A match without a flip must be this far from the patch in one axis at least, so that it is not the patch itself.
    private let tooNear: Int
    /// The ring, clipped to the canvas, and which of its sides have canvas beyond them.
    private let ring: Rect
    private let open: [Bool]

    /// A patch: its corner on the canvas, and the side of the ring it lies on.
    struct Patch {
        let column: Int
        let row: Int
        let ringSide: Side
    }

    /// A match of a patch. `key` orders matches by cost, flip, row and column.
    private struct Match {
        let key: UInt64
        let flip: Bool
        let i: Int
        let j: Int
        let room: Int

        init(cost: Int, flip: Bool, i: Int, j: Int, room: Int) {
            key =
                UInt64(truncatingIfNeeded: cost) << 33 | (flip ? 1 << 32 : 0) | UInt64(truncatingIfNeeded: j) << 16
                | UInt64(truncatingIfNeeded: i)
            (self.flip, self.i, self.j, self.room) = (flip, i, j, room)
        }

        var cost: Int { Int(truncatingIfNeeded: key >> 33) }
    }

    init(_ energy: Energy, _ labeling: Labeling, _ moves: [Move], _ parameters: MosaicParameters, distance d: Int) {
        self.energy = energy
        grid = energy.grid
        self.labeling = labeling
        self.moves = moves
        self.parameters = parameters
        side = min(parameters.patch, grid.wholeColumns, grid.wholeRows)
        tooNear = max(3, max(grid.sourceColumns, grid.sourceRows) / 12)
        let (x, y) = (max(0, grid.left - d), max(0, grid.top - d))
        let right = min(grid.columns, grid.left + grid.sourceColumns + d)
        let bottom = min(grid.rows, grid.top + grid.sourceRows + d)
        ring = Rect(x: x, y: y, width: right - x, height: bottom - y)
        open = [
            grid.left - d > 0, grid.left + grid.sourceColumns + d < grid.columns,
            grid.top - d > 0, grid.top + grid.sourceRows + d < grid.rows,
        ]
    }

    /// All patches, side by side.
    var patches: [Patch] {
        Side.allCases.filter { open[$0.rawValue] }.flatMap { ringSide in
            let (from, to) = ringSide.isHorizontal ? (ring.y, ring.bottom) : (ring.x, ring.right)
            return stride(from: from, through: to - side, by: parameters.patchStep).map { t in
                switch ringSide {
                case .left: Patch(column: ring.x, row: t, ringSide: ringSide)
                case .right: Patch(column: ring.right - side, row: t, ringSide: ringSide)
                case .top: Patch(column: t, row: ring.y, ringSide: ringSide)
                case .bottom: Patch(column: t, row: ring.bottom - side, ringSide: ringSide)
                }
            }
        }
    }

    /// The best moves for a patch.
    func offers(for patch: Patch) -> [Proposals.Candidate] {
        let content = Table<Feature>(side * side, repeating: Feature())
        guard read(patch, to: content) else { return [] }
        let site = PatchSite(patch, grid, side)
        let buckets = (0..<parameters.roomBuckets).map { k in
            k == 0 ? parameters.leastRoom : site.span * k / 4
        }
        var matches = coarseMatches(content, site, buckets).flatMap { $0.flatMap { refine($0, content, site) } }
        matches.sort { $0.key < $1.key }
        return pick(matches, site, buckets, patch.ringSide)
    }

    /// Copies the features of the patch's present content; false if part of it lies outside.
    private func read(_ patch: Patch, to content: borrowing Table<Feature>) -> Bool {
        for y in 0..<side {
            for x in 0..<side {
                let (column, row) = (patch.column + x, patch.row + y)
                let n = row * grid.columns + column
                let known = labeling.label[n] < 0
                let source =
                    known ? (row - grid.top) * grid.sourceColumns + column - grid.left : Int(labeling.source[n])
                if source < 0 { return false }
                content[y * side + x] = energy.features.cells[source]
            }
        }
        return true
    }

    /// Every second position, compared at every second cell: the best few of each bucket of room.
    private func coarseMatches(_ content: borrowing Table<Feature>, _ site: PatchSite, _ buckets: [Int]) -> [[Match]] {
        var best = buckets.map { Best(least: $0, most: parameters.refined) }
        let columns = grid.sourceColumns
        let half = (side + 1) / 2
        let content = content.span
        for flip in [false, true] {
            for j in stride(from: 0, through: grid.wholeRows - side, by: 2) {
                for i in stride(from: 0, through: grid.wholeColumns - side, by: 2) {
                    guard let room = room(flip, i, j, site) else { continue }
                    var sum = 0
                    let base = j &* columns &+ (flip ? columns &- side &- i : i)
                    var y = 0
                    while y < side {
                        var x = 0
                        while x < side {
                            let n = base &+ y &* columns &+ x
                            let other = flip ? energy.features.mirrored[n] : energy.features.cells[n]
                            sum &+= distance(content[y &* side &+ x], other)
                            x &+= 2
                        }
                        y &+= 2
                    }
                    let cost = sum / (half &* half) &+ prior(flip, i, j, site)
                    let match = Match(cost: cost, flip: flip, i: i, j: j, room: room)
                    for k in best.indices { best[k].offer(match) }
                }
            }
        }
        return best.map(\.matches)
    }

    /// The nine positions around a match, compared in full.
    private func refine(_ match: Match, _ content: borrowing Table<Feature>, _ site: PatchSite) -> [Match] {
        var matches: [Match] = []
        let columns = grid.sourceColumns
        let flip = match.flip
        for j in max(0, match.j - 1)...min(grid.wholeRows - side, match.j + 1) {
            for i in max(0, match.i - 1)...min(grid.wholeColumns - side, match.i + 1) {
                guard let room = room(flip, i, j, site) else { continue }
                var sum = 0
                let base = j &* columns &+ (flip ? columns &- side &- i : i)
                for y in 0..<side {
                    for x in 0..<side {
                        let n = base &+ y &* columns &+ x
                        let other = flip ? energy.features.mirrored[n] : energy.features.cells[n]
                        sum &+= distance(content[y &* side &+ x], other)
                    }
                }
                let bias = parameters.variant.biased(site.move(flip, i, j)).bias
                let cost = sum / (side * side) + prior(flip, i, j, site) + bias
                matches.append(Match(cost: cost, flip: flip, i: i, j: j, room: room))
            }
        }
        return matches
    }

    /// From each bucket the cheapest that are not next to one picked before, as moves.
    private func pick(
        _ matches: [Match], _ site: PatchSite, _ buckets: [Int], _ ringSide: Side
    ) -> [Proposals.Candidate] {
        var picked: [Proposals.Candidate] = []
        for least in buckets {
            var got = 0
            for match in matches where match.room >= least {
                let move = parameters.variant.biased(site.move(match.flip, match.i, match.j))
                if picked.contains(where: { $0.move.isNear(move, 3) }) { continue }
                picked.append(Proposals.Candidate(cost: match.cost, move: move, side: ringSide))
                got += 1
                if got >= parameters.offers { break }
            }
        }
        return picked
    }

    /// The cells of the reference that lie outwards of a match; `nil` if they are too few or it is the patch itself.
    @inline(__always)
    private func room(_ flip: Bool, _ i: Int, _ j: Int, _ site: PatchSite) -> Int? {
        let behind = grid.wholeColumns &- i &- side
        let room: Int
        switch site.side {
        case .left: room = flip ? behind : i
        case .right: room = flip ? i : behind
        case .top: room = j
        case .bottom: room = grid.wholeRows &- j &- side
        }
        if room < parameters.leastRoom { return nil }
        if !flip, max(abs(i &- site.u), abs(j &- site.v)) < tooNear { return nil }
        return room
    }

    /// The cost of a match besides its distance: that of the cell the move would copy to the first cell outwards.
    @inline(__always)
    private func prior(_ flip: Bool, _ i: Int, _ j: Int, _ site: PatchSite) -> Int {
        let x = clamp(
            flip ? site.u &+ i &+ side &- 1 &- site.outU : site.outU &+ i &- site.u, 0, grid.sourceColumns &- 1)
        let y = clamp(site.outV &+ j &- site.v, 0, grid.sourceRows &- 1)
        return energy.gravity(site.outV, from: y) / 2
            &+ energy.materialCost(at: site.outCell, from: y &* grid.sourceColumns &+ x)
            &+ (flip ? energy.weights.flip : 0)
    }

    /// The best matches of a bucket of room, in order.
    private struct Best {
        let least: Int
        let most: Int
        private(set) var matches: [Match] = []

        init(least: Int, most: Int) {
            (self.least, self.most) = (least, most)
            matches.reserveCapacity(most + 1)
        }

        @inline(__always)
        mutating func offer(_ match: Match) {
            if match.room < least { return }
            if matches.count == most, let last = matches.last, match.key > last.key { return }
            insert(match)
        }

        private mutating func insert(_ match: Match) {
            var k = matches.count
            while k > 0, matches[k - 1].key > match.key { k -= 1 }
            matches.insert(match, at: k)
            if matches.count > most { matches.removeLast() }
        }
    }

    /// A patch in the reference's coordinates, and the first cell outwards from its middle.
    private struct PatchSite {
        let side: Side
        let u: Int
        let v: Int
        let outU: Int
        let outV: Int
        let outCell: Int
        /// The reference's extent across the ring's side.
        let span: Int
        private let length: Int

        init(_ patch: Patch, _ grid: CoarseGrid, _ length: Int) {
            side = patch.ringSide
            self.length = length
            u = patch.column - grid.left
            v = patch.row - grid.top
            outU = side == .left ? u - 1 : side == .right ? u + length : u + length / 2
            outV = side == .top ? v - 1 : side == .bottom ? v + length : v + length / 2
            outCell = (outV + grid.top) * grid.columns + outU + grid.left
            span = side.isHorizontal ? grid.sourceColumns : grid.sourceRows
        }

        /// The move that lays source position `i, j` over the patch.
        func move(_ flip: Bool, _ i: Int, _ j: Int) -> Move {
            Move(flipX: flip, x: flip ? u + i + length - 1 : i - u, y: j - v)
        }
    }
}
