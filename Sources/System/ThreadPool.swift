internal import Bytes

/// Threads that run jobs: those of one queue in the order in which they were given, and queues in turns.
///
/// The threads start with the first job. The pool does not bound how many jobs wait; its callers do, each of which has one
/// under way at a time.
public final class ThreadPool: Sendable {
    private struct State {
        var jobs = FairQueue<UInt64, @Sendable () -> Void>()
        var isStarted = false
        var isStopped = false
    }

    private let name: String
    private let count: Int
    private let state = Locked(State())
    private let threads = Locked<[TransferBox<Thread>]>([])

    /// A pool to be stopped; 0 runs one thread a core.
    public init(_ name: String, threads: Int = 0) {
        self.name = name
        count = threads > 0 ? threads : Machine.coreCount
    }

    /// Has a thread call `job`. Jobs that take long go to a queue of their caller's, so that others need not wait for all of
    /// them. After `stop`, or where the system gives no thread at all, the caller runs the job itself.
    public func run(inQueue queue: UInt64 = 0, _ job: @escaping @Sendable () -> Void) {
        let (isTaken, isFirst) = state.update { state in
            guard !state.isStopped else { return (false, false) }
            defer { state.isStarted = true }
            state.jobs.append(job, for: queue)
            return (true, !state.isStarted)
        }
        if !isTaken { return job() }
        if isFirst { start() }
    }

    private func start() {
        let isStarted = threads.withLock { threads in
            // `stop` takes the threads out under the same lock: none may come after that.
            guard !state.withLock({ $0.isStopped }) else { return false }
            for _ in 0..<count {
                guard let thread = try? Thread(name, { self.work() }) else { break }
                threads.append(TransferBox(thread))
            }
            return !threads.isEmpty
        }
        if isStarted { return }
        state.update { $0.isStopped = true }
        // Jobs that other callers gave meanwhile have no other thread.
        work()
    }

    private func work() {
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.wait { state in
            if let (_, job) = state.jobs.next() { return .done(job) }
            return state.isStopped ? .done(nil) : .again
        }
    }

    /// Whether `stop` was called: jobs that take long may give up then.
    public var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Runs the jobs that were given, and waits for the threads to end.
    public func stop() {
        state.update { $0.isStopped = true }
        let threads = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in threads { thread.take().join() }
    }
}
