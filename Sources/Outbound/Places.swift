/// A number of places that keys take and give back.
///
/// A key may take one more while it has fewer than are left. So whoever comes first and wants all gets half of them, who comes
/// next half of the rest; and one key alone, however much it wants, never keeps another waiting.
struct Places<Key: Hashable> {
    private let count: Int
    private(set) var taken = 0
    private var own: [Key: Int] = [:]

    init(_ count: Int) { self.count = count }

    func hasRoom(for key: Key) -> Bool { own[key, default: 0] < count - taken }

    /// Takes a place, past the bound if need be.
    mutating func take(for key: Key) {
        own[key, default: 0] += 1
        taken += 1
    }

    mutating func giveBack(by key: Key) {
        let left = own[key, default: 0] - 1
        own[key] = left > 0 ? left : nil
        taken -= 1
    }
}
