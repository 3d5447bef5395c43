internal import Imaging
internal import Parallel

/// Aligns each piece to the pixel: its move is shifted so that it agrees best with its neighbors across the outline.
///
/// Pieces are taken in order of their distance from the reference, so that they line up with it from the inside out.
final class Alignment: Sendable {
    private let reference: SharedRaster
    /// The reference at half size, for long steps.
    private let half: SharedRaster
    private let grid: CoarseGrid
    private let pieces: Pieces
    private let outlines: [[Sample]]
    /// The pieces by distance from the reference, counted in pieces.
    let order: [Int]
    /// The move of each piece.
    let moves: Table<PixelMove>

    /// A pixel on or beyond a piece's outline, and the piece that fills it now, -1 for the reference.
    private struct Sample {
        let u: Int32
        let v: Int32
        let neighbor: Int32
    }

    init(_ pieces: Pieces, of reference: SharedRaster, _ parameters: MosaicParameters, on workers: some Workers) {
        self.pieces = pieces
        self.reference = reference
        grid = pieces.grid
        half = Alignment.halved(reference)
        outlines = Alignment.outlines(pieces, samples: parameters.edgeSamples)
        order = Alignment.order(pieces, outlines)
        moves = Table(pieces.count, repeating: PixelMove(flipX: false, flipY: false, x: 0, y: 0))
        for (k, move) in pieces.moves.enumerated() { moves[k] = move }
        let jobs = (0..<parameters.alignRounds).flatMap { round in order.map { (piece: $0, round: round) } }
        // A piece reads the moves of those it touches: their bounds, a cell wider, meet.
        let regions = jobs.map { job in
            let area = pieces.bounds[job.piece]
            return Rect(x: area.x - 1, y: area.y - 1, width: area.width + 2, height: area.height + 2)
        }
        OrderedJobs.run(regions, on: workers) { job, _ in align(jobs[job].piece, round: jobs[job].round) }
    }

    /// Shifts one piece downhill, in steps that halve.
    private func align(_ k: Int, round: Int) {
        if outlines[k].isEmpty { return }
        let area = pixels(of: pieces.bounds[k])
        var move = shiftedInside(moves[k], area)
        let inside = fits(move, area)
        var step = max(1, round > 0 ? grid.cell / 8 : grid.cell / 2)
        while step > 0 {
            for _ in 0..<2 {
                guard let present = cost(k, move, fine: step == 1) else { break }
                // Shifts below this gain add noise and no quality.
                var (best, found) = (present - 8, move)
                for dy in -1...1 {
                    for dx in -1...1 where dx != 0 || dy != 0 {
                        let other = move.shifted(dx * step, dy * step)
                        if inside, !fits(other, area) { continue }
                        if let cost = cost(k, other, fine: step == 1), cost < best { (best, found) = (cost, other) }
                    }
                }
                if found == move { break }
                move = found
            }
            step /= 2
        }
        moves[k] = move
    }

    /// The pixels a piece's bounds cover, clipped to the canvas, counted from the reference's corner.
    private func pixels(of bounds: Rect) -> Rect {
        let (d, placed) = (grid.cell, grid.placed)
        let x = max(-placed.x, (bounds.x - grid.left) * d)
        let y = max(-placed.y, (bounds.y - grid.top) * d)
        let right = min(grid.canvas.width - placed.x, (bounds.right - grid.left) * d)
        let bottom = min(grid.canvas.height - placed.y, (bounds.bottom - grid.top) * d)
        return Rect(x: x, y: y, width: right - x, height: bottom - y)
    }

    /// The move, shifted by the least that brings the source of the area inside the reference, if it fits there.
    private func shiftedInside(_ move: PixelMove, _ area: Rect) -> PixelMove {
        func shift(_ a: Int, _ b: Int, _ n: Int) -> Int {
            let (low, high) = (min(a, b), max(a, b))
            if low < 0, high - low < n { return -low }
            return high >= n && high - low < n ? n - 1 - high : 0
        }
        let dx = shift(move.column(area.x), move.column(area.right - 1), reference.width)
        let dy = shift(move.row(area.y), move.row(area.bottom - 1), reference.height)
        return move.shifted(dx, dy)
    }

    private func fits(_ move: PixelMove, _ area: Rect) -> Bool {
        within(move.column(area.x), reference.width) && within(move.column(area.right - 1), reference.width)
            && within(move.row(area.y), reference.height) && within(move.row(area.bottom - 1), reference.height)
    }

    /// The mismatch of a piece with its neighbors under a move, the reference counting three times; `nil` if no sample
    /// has pixels on both sides.
    private func cost(_ k: Int, _ move: PixelMove, fine: Bool) -> Int? {
        let (reference, half) = (reference, half)
        let (width, height) = (reference.width, reference.height)
        let (picture, shift) = fine ? (reference, 0) : (half, 1)
        let (pixels, row) = (picture.pixels, picture.width)
        var (sum, weight) = (0, 0)
        for sample in outlines[k] {
            let (u, v) = (Int(sample.u), Int(sample.v))
            let (a, b) = (move.column(u), move.row(v))
            if !within(a, width) || !within(b, height) { continue }
            var (c, d, w) = (u, v, 3)
            if sample.neighbor >= 0 {
                let other = moves[Int(sample.neighbor)]
                (c, d, w) = (other.column(u), other.row(v), 1)
                if !within(c, width) || !within(d, height) { continue }
            }
            let p = ((b >> shift) &* row &+ a >> shift) &* 3
            let q = ((d >> shift) &* row &+ c >> shift) &* 3
            weight &+= w
            sum &+= w &* min(200, SharedRaster.difference(pixels, p, pixels, q))
        }
        return weight > 0 ? sum &* 64 / weight : nil
    }
}

// MARK: - Preparation

extension Alignment {
    /// Half the size, each pixel the rounded mean of four; at an odd edge the last ones count twice.
    private static func halved(_ picture: SharedRaster) -> SharedRaster {
        var half = Raster(width: (picture.width + 1) / 2, height: (picture.height + 1) / 2)
        for y in 0..<half.height {
            let (above, below) = (picture.row(2 * y), picture.row(min(picture.height - 1, 2 * y + 1)))
            let (width, last) = (half.width, 3 * (picture.width - 1))
            var out = half.mutableRow(y)
            for x in 0..<width {
                let (p, q) = (6 &* x, min(last, 6 &* x &+ 3))
                for c in 0..<3 {
                    let sum =
                        Int32(above[p &+ c]) &+ Int32(above[q &+ c]) &+ Int32(below[p &+ c]) &+ Int32(below[q &+ c])
                    out[3 &* x &+ c] = UInt8(truncatingIfNeeded: (sum &+ 2) >> 2)
                }
            }
        }
        return SharedRaster(half)
    }

    /// The samples of each piece: along each edge between cells of two pieces, on both sides of it; along the
    /// reference's border, on the reference's side only, whose pixels are known to be right.
    private static func outlines(_ pieces: Pieces, samples: Int) -> [[Sample]] {
        let grid = pieces.grid
        let (d, placed, canvas) = (grid.cell, grid.placed, grid.canvas)
        let step = max(1, d / samples)
        var outlines: [[Sample]] = Array(repeating: [], count: pieces.count)
        for n in 0..<grid.count where pieces.piece[n] >= 0 {
            let (column, row) = (n % grid.columns, n / grid.columns)
            let own = pieces.piece[n]
            let (u0, v0) = ((column - grid.left) * d, (row - grid.top) * d)
            for side in Side.allCases {
                let other: Int32
                switch side {
                case .left where column > 0: other = pieces.piece[n - 1]
                case .right where column + 1 < grid.columns: other = pieces.piece[n + 1]
                case .top where row > 0: other = pieces.piece[n - grid.columns]
                case .bottom where row + 1 < grid.rows: other = pieces.piece[n + grid.columns]
                default: continue
                }
                if other == own { continue }
                for a in stride(from: step / 2, to: d, by: step) {
                    for b in stride(from: other < 0 ? 0 : -d / 2, to: other < 0 ? d : d / 2, by: step) {
                        let u = side == .right ? u0 + d + b : side == .left ? u0 - 1 - b : u0 + a
                        let v = side == .bottom ? v0 + d + b : side == .top ? v0 - 1 - b : v0 + a
                        if !within(u + placed.x, canvas.width) || !within(v + placed.y, canvas.height) { continue }
                        if other < 0, !within(u, placed.width) || !within(v, placed.height) { continue }
                        outlines[Int(own)].append(Sample(u: Int32(u), v: Int32(v), neighbor: other))
                    }
                }
            }
        }
        return outlines
    }

    private static func order(_ pieces: Pieces, _ outlines: [[Sample]]) -> [Int] {
        // Neighbors of each piece; the reference itself is at distance 0 of those that touch it.
        let grid = pieces.grid
        let far = 1 << 20
        var distance = Array(repeating: far, count: pieces.count)
        for n in 0..<grid.count where pieces.piece[n] >= 0 {
            let (column, row) = (n % grid.columns, n / grid.columns)
            let touches =
                column > 0 && pieces.piece[n - 1] < 0
                || column + 1 < grid.columns && pieces.piece[n + 1] < 0
                || row > 0 && pieces.piece[n - grid.columns] < 0
                || row + 1 < grid.rows && pieces.piece[n + grid.columns] < 0
            if touches { distance[Int(pieces.piece[n])] = 0 }
        }
        let neighbors = outlines.map { Set($0.lazy.map(\.neighbor).filter { $0 >= 0 }).sorted() }
        var changed = true
        while changed {
            changed = false
            for k in 0..<pieces.count {
                for other in neighbors[k] where distance[k] > distance[Int(other)] + 1 {
                    distance[k] = distance[Int(other)] + 1
                    changed = true
                }
            }
        }
        return (0..<pieces.count).sorted { (distance[$0], $0) < (distance[$1], $1) }
    }
}
