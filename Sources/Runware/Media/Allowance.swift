import Synchronization

/// So many bytes that may be in use at once.
final class Allowance: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(_ limit: Int) { self.limit = limit }

    /// Takes some, if they are left. What is alone may be larger than all there is.
    func take(_ count: Int) -> Bool {
        let before = used.add(count, ordering: .relaxed).oldValue
        if before == 0 || before + count <= limit { return true }
        giveBack(count)
        return false
    }

    func giveBack(_ count: Int) { used.subtract(count, ordering: .relaxed) }
}
