internal import Parallel

/// Finds moves that continue what lies just inside a ring around the reference.
///
/// Patches along each side of the ring are matched in the reference, plain and flipped, with room outwards: the move that
/// lays the match over the patch continues the picture there.
struct Proposals {
    let energy: Energy
    let labeling: Labeling
    let parameters: MosaicParameters

    private var grid: CoarseGrid { energy.grid }

    /// A move that a patch proposes, with its cost.
    struct Candidate {
        let cost: Int
        let move: Move
        let side: Side
    }

    /// Adds moves for the ring at `distance` cells from the reference; distance 0 is the reference's border.
    func add(to moveSet: inout MoveSet, distance: Int, on workers: some Workers) {
        let search = PatchSearch(energy, labeling, moveSet.moves, parameters, distance: distance)
        let patches = search.patches
        let offers = workers.map(patches.count) { k in search.offers(for: patches[k]) }
        let kept = rank(offers.flatMap(\.self), most: distance > 0 ? parameters.ringMoves : parameters.borderMoves)
        for side in Side.allCases { for move in kept[side.rawValue] { moveSet.add(move) } }
        if distance > 0 { return }
        // A corner is reached by going sideways and then up or down.
        for side in [Side.left, .right] {
            for layer in [Side.top, .bottom] {
                for a in kept[side.rawValue].prefix(parameters.cornerMoves) {
                    for b in kept[layer.rawValue].prefix(parameters.cornerMoves) {
                        moveSet.add(parameters.variant.biased(a.after(b)))
                    }
                }
            }
        }
    }

    /// The best moves of each side: first those that many patches agree on, then the cheapest, none next to another.
    private func rank(_ offers: [Candidate], most: Int) -> [[Move]] {
        let sides = Set(offers.map(\.side)).count
        var kept: [[Move]] = Array(repeating: [], count: Side.allCases.count)
        let scored = offers.enumerated().map { k, offer in
            let agreeing = offers.count { $0.side == offer.side && $0.move.isNear(offer.move, 1) }
            return (score: 1000 * agreeing - 20 * offer.cost, number: k, offer: offer)
        }
        // The number makes the order total: of equal scores the earlier offer comes first.
        for (_, _, offer) in scored.sorted(by: { ($1.score, $0.number) < ($0.score, $1.number) }) {
            let side = offer.side.rawValue
            if kept[side].count >= most / max(1, sides) { continue }
            if !kept[side].contains(where: { $0.isNear(offer.move, 1) }) { kept[side].append(offer.move) }
        }
        return kept
    }
}
