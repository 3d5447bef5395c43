/// A limited number of slots, or bytes, that keys acquire and release.
///
/// A key may use `factor` times as much as it leaves free. With a factor of one, the first key that wants everything
/// gets half, and the next one half of the rest. A single key can therefore never exhaust the limit.
public struct FairShare<Key: Hashable> {
    private let limit: Int
    private let factor: Int
    public private(set) var taken = 0
    private var own: [Key: Int] = [:]

    public init(_ limit: Int, factor: Int = 1) { (self.limit, self.factor) = (limit, factor) }

    /// Whether a key may acquire this much more.
    public func hasRoom(_ more: Int = 1, for key: Key) -> Bool { hasRoom(more, for: key, taken: taken) }

    /// The same, for a caller that tracks the total in use itself.
    public func hasRoom(_ more: Int = 1, for key: Key, taken: Int) -> Bool {
        let free = limit - taken - more
        return free >= 0 && own[key, default: 0] + more - 1 <= factor * free + (factor - 1)
    }

    /// Acquires this much, even beyond the limit.
    public mutating func take(_ count: Int = 1, for key: Key) {
        own[key, default: 0] += count
        taken += count
    }

    public mutating func giveBack(_ count: Int = 1, by key: Key) {
        let left = own[key, default: 0] - count
        own[key] = left > 0 ? left : nil
        taken -= count
    }
}
