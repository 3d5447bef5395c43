/// The moves that compete, and when each was last tried.
struct MoveSet {
    private(set) var moves: [Move] = []
    /// The number of each move's last expansion, -1 before the first.
    private(set) var tried: [Int32] = []

    var count: Int { moves.count }

    /// Adds a move unless it is there already.
    mutating func add(_ move: Move) {
        if moves.contains(where: { $0.matches(move) }) { return }
        moves.append(move)
        tried.append(-1)
    }

    mutating func setTried(_ a: Int, _ number: Int) { tried[a] = Int32(number) }

    /// Drops the moves that fill nothing and renumbers the labels; the order stays.
    mutating func dropUnused(in labeling: Labeling) {
        var used = Array(repeating: false, count: count)
        for n in 0..<labeling.grid.count where labeling.label[n] >= 0 { used[Int(labeling.label[n])] = true }
        var number = Array(repeating: Int32(-1), count: count)
        var kept = MoveSet()
        for a in 0..<count where used[a] {
            number[a] = Int32(kept.count)
            kept.moves.append(moves[a])
            kept.tried.append(tried[a])
        }
        labeling.renumber(number)
        self = kept
    }
}
