import Synchronization

/// A limit on the bytes in use at the same time.
final class Allowance: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(_ limit: Int) { self.limit = limit }

    /// Reserves bytes, if the limit allows. A single reservation may exceed the limit.
    func take(_ count: Int) -> Bool {
        let before = used.add(count, ordering: .relaxed).oldValue
        if before == 0 || before + count <= limit { return true }
        giveBack(count)
        return false
    }

    func giveBack(_ count: Int) { used.subtract(count, ordering: .relaxed) }
}
