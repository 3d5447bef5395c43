/// A number of places that keys take and give back.
///
/// A key may take one more place while it has fewer than are free. So the first key that wants all gets half of them, the
/// next key half of the rest; one key alone never keeps another waiting, however much it wants.
public struct FairShare<Key: Hashable> {
    private let count: Int
    public private(set) var taken = 0
    private var own: [Key: Int] = [:]

    public init(_ count: Int) { self.count = count }

    public func hasRoom(for key: Key) -> Bool { own[key, default: 0] < count - taken }

    /// Takes a place, past the bound if need be.
    public mutating func take(for key: Key) {
        own[key, default: 0] += 1
        taken += 1
    }

    public mutating func giveBack(by key: Key) {
        let left = own[key, default: 0] - 1
        own[key] = left > 0 ? left : nil
        taken -= 1
    }
}
