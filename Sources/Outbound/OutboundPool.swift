public import Net

/// Threads that wait for slow peers so that nobody else has to.
///
/// Jobs stand in one queue in the order they are due, those to be tried again with their time to come: waiting for that takes no
/// thread. Threads start when there is work for them, up to a number, and stay. The queue is bounded: whoever comes too late
/// is told so at once. Every job that was taken is called exactly once; after `stop` with a client that refuses everything.
public final class OutboundPool: Sendable {
    private struct State {
        var queue = JobQueue()
        var threads: [Joined] = []
        /// Threads that run a job.
        var busy = 0
        var isStopped = false
    }

    private let state = Monitor(State())
    private let client: Client
    private let halt = Halt()
    private let threads: Int
    private let capacity: Int
    private let now: @Sendable () -> Int64

    /// A pool to be stopped. `capacity` jobs may wait. `now` tells the time by which jobs are due, in nanoseconds; it must not call
    /// back, and whoever makes it jump says so by `clockMoved`.
    public init(
        _ settings: Settings = Settings(), threads: Int = 4, capacity: Int = 256,
        now: @escaping @Sendable () -> Int64 = { SystemClock.monotonicNanoseconds }
    ) {
        client = Client(settings, halt)
        self.threads = threads
        self.capacity = capacity
        self.now = now
    }

    /// Has a thread call `job` with a client to use.
    public func submit(_ job: @escaping @Sendable (Client) -> Void) throws(OutboundError) {
        try state.change { state throws(OutboundError) in
            guard !state.isStopped else { throw .stopped }
            guard state.queue.count < capacity else { throw .full }
            // One that waits for its time may be due when all threads are busy: it counts as work too.
            if state.threads.count - state.busy <= state.queue.count, state.threads.count < threads {
                do {
                    state.threads.append(Joined(try Thread("outbound") { self.work() }))
                } catch {
                    // The threads that stand will come to it.
                    if state.threads.isEmpty { throw .full }
                }
            }
            state.queue.insert(job, due: now())
        }
    }

    /// Sends a message, again by the schedule while it fails for reasons that may pass, and says what became of it. It may
    /// arrive more than once, and after one that was sent later.
    public func send(
        _ message: Message, _ limits: Limits = Limits(), retrying retry: Retry = .never,
        ended: @escaping @Sendable (Delivery) -> Void
    ) throws(OutboundError) {
        try submit { self.attempt(1, message, limits, retry, $0, ended) }
    }

    private func attempt(
        _ number: Int, _ message: Message, _ limits: Limits, _ retry: Retry, _ client: Client,
        _ ended: @escaping @Sendable (Delivery) -> Void
    ) {
        do throws(OutboundError) {
            ended(Delivery(tries: number, outcome: .success(try client.send(message, limits))))
        } catch {
            let goesOn = error.mayPass || retry.insists && error.isAnswer
            guard goesOn, number <= retry.delays.count else {
                return ended(Delivery(tries: error == .stopped ? number - 1 : number, outcome: .failure(error)))
            }
            // Past the bound if need be: what was taken is not dropped, and there are no more of these than threads. If the
            // pool has stopped meanwhile, the thread that runs this finds it before it ends.
            state.change { state in
                state.queue.insert(
                    { self.attempt(number + 1, message, limits, retry, $0, ended) },
                    due: now() + retry.delays[number - 1].nanoseconds)
            }
        }
    }

    /// Has the threads look at the clock again.
    public func clockMoved() { state.change { _ in } }

    /// Ends what runs, gives up what waits and says how many jobs that were, and waits for the threads.
    @discardableResult
    public func stop() -> Int {
        halt.set()
        let (waiting, threads) = state.change { state in
            state.isStopped = true
            let threads = state.threads
            state.threads = []
            return (state.queue.count, threads)
        }
        for thread in threads { thread.join() }
        return waiting
    }

    // MARK: - Threads

    /// The life of a thread.
    private func work() {
        while let job = next() {
            job(client)
            state.change { $0.busy -= 1 }
        }
    }

    /// The next job, when it is due; nothing if there will be none.
    private func next() -> JobQueue.Job? {
        state.wait { state in
            guard let due = state.queue.next else { return state.isStopped ? .result(nil) : .again }
            let left = due - now()
            if left > 0, !state.isStopped { return .againWithin(nanoseconds: left) }
            state.busy += 1
            return .result(state.queue.takeFirst())
        }
    }
}

/// Holds a thread to join, which cannot be in an array itself.
private final class Joined: @unchecked Sendable {
    // Unchecked: only the one that stops the pool takes the thread out.
    private var thread: Thread?

    init(_ thread: consuming Thread) { self.thread = .some(thread) }

    func join() { thread.take()?.join() }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
