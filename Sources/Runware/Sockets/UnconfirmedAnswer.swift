import Synchronization

/// An answer that its caller has not confirmed. Its memory counts toward the total of all such answers until it is
/// released.
final class UnconfirmedAnswer: Sendable {
    let answer: Answer
    private let memory: Memory

    /// The memory that the unconfirmed answers of all sessions may take.
    final class Memory: Sendable {
        private let limit: Int
        fileprivate let used = Atomic<Int>(0)

        init(limit: Int) { self.limit = limit }

        var inUse: Int { used.load(ordering: .relaxed) }

        /// Reserves memory for an answer; returns `nil` if the limit is exceeded.
        func remember(_ answer: Answer) -> UnconfirmedAnswer? {
            if used.add(answer.weight, ordering: .relaxed).newValue <= limit { return UnconfirmedAnswer(answer, self) }
            used.subtract(answer.weight, ordering: .relaxed)
            return nil
        }
    }

    private init(_ answer: Answer, _ memory: Memory) { (self.answer, self.memory) = (answer, memory) }

    deinit { memory.used.subtract(answer.weight, ordering: .relaxed) }
}
