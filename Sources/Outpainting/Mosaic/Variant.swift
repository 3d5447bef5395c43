/// Another mosaic of the same picture: a number gives every move a bias of its own, a small cost that has no reason but
/// the number. Among moves that are about as good others win, and what they bring leads on to others.
///
/// Variant 0 has no bias: it is the mosaic by merit alone.
struct Variant: Sendable {
    let number: Int

    /// Tastes are below this: as much as two seams, less than a poor choice costs.
    private static let strength: UInt64 = 24

    /// The bias of a move: 0 for variant 0, else an integer hash of all that the move is.
    func bias(flip: Bool, x: Int, y: Int) -> Int {
        if number == 0 { return 0 }
        var z = UInt64(truncatingIfNeeded: number) &* 0x9e37_79b9_7f4a_7c15
        // Moves a few cells apart bias alike, so that the variant decides between places, not between neighbours.
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
