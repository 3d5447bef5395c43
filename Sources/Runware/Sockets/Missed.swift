import Synchronization

/// An answer that its caller has missed, or may have, and its part of the memory for all such.
final class Missed: Sendable {
    let answer: Answer
    private let memory: Memory

    /// The memory that all sessions together may take with such answers.
    final class Memory: Sendable {
        private let limit: Int
        fileprivate let used = Atomic<Int>(0)

        init(limit: Int) { self.limit = limit }

        var inUse: Int { used.load(ordering: .relaxed) }

        /// Remembers an answer; nothing if there is no room for it.
        func remember(_ answer: Answer) -> Missed? {
            if used.add(answer.weight, ordering: .relaxed).newValue <= limit { return Missed(answer, self) }
            used.subtract(answer.weight, ordering: .relaxed)
            return nil
        }
    }

    private init(_ answer: Answer, _ memory: Memory) { (self.answer, self.memory) = (answer, memory) }

    deinit { memory.used.subtract(answer.weight, ordering: .relaxed) }
}
