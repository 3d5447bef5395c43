internal import Bytes

/// A pool of threads that run jobs. Jobs of one queue run in the order they were added, and queues take turns.
///
/// The threads start with the first job. The number of waiting jobs is not limited, since each caller has at most one
/// job in progress.
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

    /// Creates a pool, which the caller must stop. 0 threads means one per core.
    public init(_ name: String, threads: Int = 0) {
        self.name = name
        count = threads > 0 ? threads : Machine.coreCount
    }

    /// Runs `job` on a thread of the pool. Long jobs should use a queue of their caller, so that others do not wait for
    /// all of them. After `stop`, or if the system provides no thread, the calling thread runs the job itself.
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
            // `stop` removes the threads under the same lock, so none may be added afterwards.
            guard !state.withLock({ $0.isStopped }) else { return false }
            for _ in 0..<count {
                guard let thread = try? Thread(name, { self.work() }) else { break }
                threads.append(TransferBox(thread))
            }
            return !threads.isEmpty
        }
        if isStarted { return }
        state.update { $0.isStopped = true }
        // Without a pool thread, the caller must also run the jobs that other callers added meanwhile.
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

    /// Whether `stop` was called. Long jobs may check this and give up.
    public var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Runs the remaining jobs and waits for the threads to end.
    public func stop() {
        state.update { $0.isStopped = true }
        let threads = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in threads { thread.take().join() }
    }
}
