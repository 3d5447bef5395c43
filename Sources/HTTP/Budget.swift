import Synchronization
import System

/// The memory limit for all request bodies together, and for large answers until they are sent.
///
/// Many large bodies at once would all be complete, and take the most memory, at the same time. So above `threshold` one body
/// at a time is read, in order of arrival, and the others pause until the one before them has been handled. The body whose turn
/// it is does not count towards the threshold, so that one slow upload delays no other. Answers do not count either: a client
/// that does not read its answer must not delay other clients.
public final class Budget: Sendable {
    private let limit: Int
    private let threshold: Int
    private let used = Atomic<Int>(0)
    /// The part of `used` that is answers.
    private let usedByAnswers = Atomic<Int>(0)
    private let queue = Locked(WaitQueue())

    /// The body that is read while memory is scarce, and those that wait.
    private struct WaitQueue {
        var first: Waiter?
        var waiting: [Waiter] = []
    }

    /// A body in the queue.
    final class Waiter: Sendable {
        let taken: Atomic<Int>
        let wake: @Sendable () -> Void

        init(_ taken: Int, _ wake: @escaping @Sendable () -> Void) {
            self.taken = Atomic(taken)
            self.wake = wake
        }
    }

    public init(limit: Int, threshold: Int = .max) {
        self.limit = limit
        self.threshold = threshold
    }

    /// The bytes reserved at the moment.
    public var inUse: Int { used.load(ordering: .relaxed) }

    /// The bytes that bodies take.
    private var inBodies: Int { inUse - usedByAnswers.load(ordering: .relaxed) }

    func reservation() -> BodyReservation { BodyReservation(self) }

    /// Reserves memory for an answer; `nil` if the limit is reached. A single answer may exceed the limit, since no later
    /// attempt would find more.
    func reserveForAnswer(_ bytes: Int) -> AnswerReservation? {
        let others = usedByAnswers.add(bytes, ordering: .relaxed).oldValue
        let inUse = used.add(bytes, ordering: .relaxed).newValue
        let reservation = AnswerReservation(self, bytes)
        return inUse <= limit || others == 0 ? reservation : nil
    }

    /// The memory of an answer, released with the last reference.
    final class AnswerReservation: Sendable {
        private let budget: Budget
        private let bytes: Int

        fileprivate init(_ budget: Budget, _ bytes: Int) { (self.budget, self.bytes) = (budget, bytes) }

        deinit {
            budget.used.subtract(bytes, ordering: .relaxed)
            budget.usedByAnswers.subtract(bytes, ordering: .relaxed)
        }
    }

    /// The memory of one body, released when the body goes.
    struct BodyReservation: ~Copyable, Sendable {
        private let budget: Budget
        private var bytes = 0
        private var turn: Waiter?

        init(_ budget: Budget) { self.budget = budget }

        deinit {
            budget.used.subtract(bytes, ordering: .relaxed)
            if let turn { budget.leave(turn) }
        }

        /// Reserves `more` bytes; false if the limit is reached.
        mutating func grow(by more: Int) -> Bool {
            let inUse = budget.used.add(more, ordering: .relaxed).newValue
            if inUse > budget.limit {
                budget.used.subtract(more, ordering: .relaxed)
                return false
            }
            bytes += more
            turn?.taken.add(more, ordering: .relaxed)
            return true
        }

        /// Whether the body may take more now. If not, `wake` is called when it may, from any thread.
        mutating func takesTurn(_ wake: @escaping @Sendable () -> Void) -> Bool {
            if budget.inBodies < budget.threshold { return true }
            let turn = turn ?? Waiter(bytes, wake)
            self.turn = turn
            return budget.comesFirst(turn)
        }
    }

    private func comesFirst(_ turn: Waiter) -> Bool {
        queue.withLock { queue in
            if queue.first == nil { queue.first = turn }
            guard let first = queue.first else { return true }
            if first === turn || inBodies - first.taken.load(ordering: .relaxed) < threshold { return true }
            if !queue.waiting.contains(where: { $0 === turn }) { queue.waiting.append(turn) }
            return false
        }
    }

    private func leave(_ turn: Waiter) {
        let next: Waiter? = queue.withLock { queue in
            guard queue.first === turn else {
                queue.waiting.removeAll { $0 === turn }
                return nil
            }
            queue.first = queue.waiting.isEmpty ? nil : queue.waiting.removeFirst()
            return queue.first
        }
        next?.wake()
    }
}
