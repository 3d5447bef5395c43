internal import Bytes
internal import Synchronization
internal import System

/// Threads that run a computation together; the caller of `run` is one of them.
///
/// While the pool works for one caller, another that calls `run` does all of its work alone: no caller waits for threads.
public final class ComputePool: Workers {
    public let count: Int
    private let rounds = Rounds()
    private let threads: [TransferBox<Thread>]
    /// Whether the pool works for a caller.
    private let isTaken = Atomic<Bool>(false)

    /// A pool of `count` threads, the caller included; of fewer if the system gives no more.
    public init(count: Int) {
        precondition(count > 0)
        var threads: [TransferBox<Thread>] = []
        while threads.count + 1 < count {
            let number = threads.count + 1
            // The stack is as large as that of the threads that render alone.
            guard
                let thread = try? Thread(
                    "compute-\(number)", stackBytes: 8 << 20, { [rounds] in rounds.work(as: number) })
            else { break }
            threads.append(TransferBox(thread))
        }
        self.count = threads.count + 1
        self.threads = threads
    }

    deinit {
        rounds.stop()
        for thread in threads { thread.take().join() }
    }

    public func run(_ body: @Sendable (Int) -> Void) {
        guard count > 1, !isTaken.exchange(true, ordering: .acquiring) else {
            for number in 0..<count { body(number) }
            return
        }
        rounds.run(body, threads: count - 1)
        isTaken.store(false, ordering: .releasing)
    }
}

/// What the threads of a pool share: the body of the current round, and how many threads still run it.
private final class Rounds: Sendable {
    private let state = Locked(State())

    private struct State {
        var body: (@Sendable (Int) -> Void)?
        var number = 0
        var running = 0
        var isStopped = false
    }

    /// Calls `body` with 0 on the caller's thread and with another number on each thread of the pool.
    func run(_ body: @Sendable (Int) -> Void, threads: Int) {
        // The body does not outlive this call: it returns when the last thread that has it is through.
        withoutActuallyEscaping(body) { body in
            state.update { state in
                state.body = body
                state.number += 1
                state.running = threads
            }
            body(0)
            state.wait(spinning: true) { state -> Wait<Void> in
                if state.running > 0 { return .again }
                state.body = nil
                return .done(())
            }
        }
    }

    /// Runs each round's body once, until the pool ends.
    func work(as number: Int) {
        var seen = 0
        while runRound(after: &seen, as: number) { state.update { $0.running -= 1 } }
    }

    /// Runs the body of the next round, and keeps no reference to it; false at the end of the pool.
    private func runRound(after seen: inout Int, as number: Int) -> Bool {
        let last = seen
        let next: (round: Int, body: @Sendable (Int) -> Void)? = state.wait(spinning: true) { state in
            if state.isStopped { return .done(nil) }
            guard state.number != last, let body = state.body else { return .again }
            return .done((state.number, body))
        }
        guard let next else { return false }
        seen = next.round
        next.body(number)
        return true
    }

    func stop() { state.update { $0.isStopped = true } }
}
