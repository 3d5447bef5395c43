/// Another mosaic of the same picture: each number adds a small pseudorandom cost to every move, its bias. Among moves of
/// similar cost others win, which changes the moves proposed later.
///
/// Variant 0 has no bias: it minimizes cost alone.
struct Variant: Sendable {
    let number: Int

    /// Biases are below this: as much as two seams, less than a poor choice costs.
    private static let strength: UInt64 = 24

    /// The bias of a move: 0 for variant 0, else an integer hash of the number and the move.
    func bias(flip: Bool, x: Int, y: Int) -> Int {
        if number == 0 { return 0 }
        var z = UInt64(truncatingIfNeeded: number) &* 0x9e37_79b9_7f4a_7c15
        // Moves a few cells apart have one bias, so that the variant decides between places, not between neighbors.
        for part in [flip ? 1 : 0, x >> 2, y >> 2] {
            z = (z ^ UInt64(truncatingIfNeeded: part)) &* 0xbf58_476d_1ce4_e5b9
            z ^= z >> 29
        }
        return Int((z >> 20) % Variant.strength)
    }

    /// The move with its bias.
    func biased(_ move: Move) -> Move {
        Move(
            flipX: move.flipX, flipY: move.flipY, x: move.x, y: move.y, isTile: move.isTile,
            bias: bias(flip: move.flipX, x: move.x, y: move.y))
    }
}
