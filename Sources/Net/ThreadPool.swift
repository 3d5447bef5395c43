/// Threads that do one thing after the other: those of one line in the order in which they were given, and lines in turns.
///
/// They start with the first job. Nothing bounds how many wait: that is for those who give them, each of which has one under
/// way at a time.
public final class ThreadPool: Sendable {
    private struct State: ~Copyable {
        var jobs = Lines<UInt64, @Sendable () -> Void>()
        var isStarted = false
        var isStopped = false
    }

    private let name: String
    private let count: Int
    private let state = Monitor(State())
    private let threads = Locked(Crew())

    private struct Crew: ~Copyable {
        var members: [Member] = []
    }

    /// A pool to be stopped; 0 runs one thread a core.
    public init(_ name: String, threads: Int = 0) {
        self.name = name
        count = threads > 0 ? threads : Machine.coreCount
    }

    /// Has a thread call `job`. What takes long stands in a line of whoever wants it, so that others need not wait for all of it.
    /// After `stop`, or where the system gives no thread at all, the caller does it itself.
    public func run(inLine line: UInt64 = 0, _ job: @escaping @Sendable () -> Void) {
        let (isTaken, isFirst) = state.change { state in
            guard !state.isStopped else { return (false, false) }
            defer { state.isStarted = true }
            state.jobs.append(job, for: line)
            return (true, !state.isStarted)
        }
        if !isTaken { return job() }
        if isFirst { start() }
    }

    private func start() {
        let isStarted = threads.withLock { crew in
            // Whoever stops the pool takes the threads out under the same lock: none may come after that.
            guard !state.change({ $0.isStopped }) else { return false }
            for _ in 0..<count {
                guard let thread = try? Thread(name, { self.work() }) else { break }
                crew.members.append(Member(thread))
            }
            return !crew.members.isEmpty
        }
        if isStarted { return }
        state.change { $0.isStopped = true }
        // What others gave meanwhile has nobody else to do it.
        work()
    }

    private func work() {
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.wait { state in
            if let (_, job) = state.jobs.next() { return .result(job) }
            return state.isStopped ? .result(nil) : .again
        }
    }

    /// Whether it is told to end: jobs that take long may be given up then.
    public var isStopped: Bool { state.change { $0.isStopped } }

    /// Does what has been given, and waits for the threads to end.
    public func stop() {
        state.change { $0.isStopped = true }
        let members = threads.withLock { crew in
            defer { crew.members = [] }
            return crew.members
        }
        for member in members { member.join() }
    }

    /// Holds a thread to join, which cannot be in an array itself.
    private final class Member: @unchecked Sendable {
        // Unchecked: only the one that stops the pool takes the thread out.
        private var thread: Thread?

        init(_ thread: consuming Thread) { self.thread = .some(thread) }

        func join() { thread.take()?.join() }
    }
}
