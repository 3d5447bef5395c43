import Synchronization

/// The memory that all bodies together may take.
public final class Budget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    public init(limit: Int) { self.limit = limit }

    /// The bytes handed out at the moment.
    public var inUse: Int { used.load(ordering: .relaxed) }

    func share() -> Share { Share(self) }

    /// What one body has of it, given back when the body goes.
    struct Share: ~Copyable, Sendable {
        private let budget: Budget
        private var bytes = 0

        init(_ budget: Budget) { self.budget = budget }

        deinit { budget.used.subtract(bytes, ordering: .relaxed) }

        /// Takes `more` bytes, or nothing if that is too much.
        mutating func grow(by more: Int) -> Bool {
            let inUse = budget.used.add(more, ordering: .relaxed).newValue
            if inUse > budget.limit {
                budget.used.subtract(more, ordering: .relaxed)
                return false
            }
            bytes += more
            return true
        }
    }
}
