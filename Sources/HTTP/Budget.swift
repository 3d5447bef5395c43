import Synchronization
import System

/// The memory that all bodies together may take, and large answers until their readers have taken them.
///
/// Many large bodies at once would each take theirs, and all be whole at the same time. So beyond `ease` one body at a time
/// goes on, and the others stop where they are until the one before them is gone. The one whose turn it is does not count:
/// a slow upload of its own keeps nobody waiting. Nor do answers: who does not read his must not slow down others.
public final class Budget: Sendable {
    private let limit: Int
    private let ease: Int
    private let used = Atomic<Int>(0)
    /// What of that is answers.
    private let usedByAnswers = Atomic<Int>(0)
    private let line = Locked(Line())

    /// Who goes on while memory is scarce, and who comes next.
    private struct Line {
        var first: Turn?
        var waiting: [Turn] = []
    }

    /// A body's place in the line.
    final class Turn: Sendable {
        let taken: Atomic<Int>
        let wake: @Sendable () -> Void

        init(_ taken: Int, _ wake: @escaping @Sendable () -> Void) {
            self.taken = Atomic(taken)
            self.wake = wake
        }
    }

    public init(limit: Int, ease: Int = .max) {
        self.limit = limit
        self.ease = ease
    }

    /// The bytes handed out at the moment.
    public var inUse: Int { used.load(ordering: .relaxed) }

    /// The bytes that bodies take.
    private var inBodies: Int { inUse - usedByAnswers.load(ordering: .relaxed) }

    func share() -> Share { Share(self) }

    /// Counts an answer in, or gives nothing if there is no memory for it. One that is alone may be larger than the limit: no
    /// later try would find more.
    func hold(_ bytes: Int) -> Hold? {
        let others = usedByAnswers.add(bytes, ordering: .relaxed).oldValue
        let inUse = used.add(bytes, ordering: .relaxed).newValue
        let hold = Hold(self, bytes)
        return inUse <= limit || others == 0 ? hold : nil
    }

    /// What an answer has of it, given back when that is gone.
    final class Hold: Sendable {
        private let budget: Budget
        private let bytes: Int

        fileprivate init(_ budget: Budget, _ bytes: Int) { (self.budget, self.bytes) = (budget, bytes) }

        deinit {
            budget.used.subtract(bytes, ordering: .relaxed)
            budget.usedByAnswers.subtract(bytes, ordering: .relaxed)
        }
    }

    /// What one body has of it, given back when the body goes.
    struct Share: ~Copyable, Sendable {
        private let budget: Budget
        private var bytes = 0
        private var turn: Turn?

        init(_ budget: Budget) { self.budget = budget }

        deinit {
            budget.used.subtract(bytes, ordering: .relaxed)
            if let turn { budget.leave(turn) }
        }

        /// Takes `more` bytes, or nothing if that is too much.
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

        /// Whether it is its turn to take more. If not, `wake` is called when it is, from any thread.
        mutating func takesTurn(_ wake: @escaping @Sendable () -> Void) -> Bool {
            if budget.inBodies < budget.ease { return true }
            let turn = turn ?? Turn(bytes, wake)
            self.turn = turn
            return budget.comesFirst(turn)
        }
    }

    private func comesFirst(_ turn: Turn) -> Bool {
        line.withLock { line in
            if line.first == nil { line.first = turn }
            guard let first = line.first else { return true }
            if first === turn || inBodies - first.taken.load(ordering: .relaxed) < ease { return true }
            if !line.waiting.contains(where: { $0 === turn }) { line.waiting.append(turn) }
            return false
        }
    }

    private func leave(_ turn: Turn) {
        let next: Turn? = line.withLock { line in
            guard line.first === turn else {
                line.waiting.removeAll { $0 === turn }
                return nil
            }
            line.first = line.waiting.isEmpty ? nil : line.waiting.removeFirst()
            return line.first
        }
        next?.wake()
    }
}
