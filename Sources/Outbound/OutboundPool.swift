internal import Bytes
import System
public import Time

/// Threads for blocking calls to slow peers.
///
/// Each job belongs to a key. Keys take turns, and no key can occupy all threads or the whole queue (`FairShare`).
/// Threads start on demand, up to a limit, and stay. Every accepted job is called exactly once; after `stop` its client
/// refuses everything.
public final class OutboundPool<Key: Hashable & Sendable>: Sendable {
    public typealias Job = @Sendable (Client) -> Void

    private struct State {
        var queue = FairQueue<Key, Job>()
        /// The occupied slots of the queue.
        var waiting: FairShare<Key>
        /// The threads that run a job.
        var busy: FairShare<Key>
        var threads: [TransferBox<Thread>] = []
        var isStopped = false
    }

    private let name: String
    private let state: Locked<State>
    private let client: Client
    private let halt = Halt()
    private let limits: Limits
    private let threads: Int
    private let observer: @Sendable (Delivery) -> Void

    /// Creates a pool, which the caller must stop. At most `capacity` jobs may wait; without it the callers limit their
    /// number. `limits` apply to messages, and `observer` receives their deliveries. `report`
    /// receives each transfer.
    public init(
        _ name: String, _ settings: Settings = Settings(), _ limits: Limits = Limits(), threads: Int = 16,
        capacity: Int = .max / 2, observer: @escaping @Sendable (Delivery) -> Void = { _ in },
        report: @escaping @Sendable (TransferReport) -> Void = { _ in }
    ) {
        state = Locked(State(waiting: FairShare(capacity), busy: FairShare(threads)))
        client = Client(settings, halt, report: report)
        (self.name, self.limits, self.threads, self.observer) = (name, limits, threads, observer)
    }

    /// Runs `job` on a thread, with a client to use.
    public func submit(for key: Key, _ job: @escaping Job) throws(OutboundError) {
        try state.update { state throws(OutboundError) in
            guard !state.isStopped else { throw .stopped }
            guard state.waiting.hasRoom(for: key) else { throw .full }
            if state.threads.count - state.busy.taken <= state.queue.count, state.threads.count < threads {
                do {
                    state.threads.append(TransferBox(try Thread(name) { self.work() }))
                } catch {
                    // The existing threads will run it.
                    if state.threads.isEmpty { throw .full }
                }
            }
            state.waiting.take(for: key)
            state.queue.append(job, for: key)
        }
    }

    // MARK: - Messages

    /// Sends a message once, with the client of a job. `time` limits the transfer if it is shorter than the pool's
    /// limit.
    public func send(
        _ message: Message, with client: Client, within time: Interval? = nil
    ) throws(OutboundError) -> Int {
        var limits = limits
        if let time { limits.totalTime = min(time, limits.totalTime) }
        return try client.send(message, limits)
    }

    /// Reports a delivery to the pool's observer.
    public func tell(_ delivery: Delivery) { observer(delivery) }

    /// The number of jobs that wait or run.
    public var count: Int { state.withLock { $0.queue.count + $0.busy.taken } }

    // MARK: - Stopping

    /// Cancels running transfers, drops waiting jobs and waits for the threads. Returns the number of dropped jobs.
    @discardableResult
    public func stop() -> Int {
        halt.set()
        let (waiting, threads) = state.update { state in
            state.isStopped = true
            let threads = state.threads
            state.threads = []
            return (state.queue.count, threads)
        }
        for thread in threads { thread.take().join() }
        return waiting
    }

    // MARK: - Threads

    /// Runs jobs until the pool stops.
    private func work() {
        while let (key, job) = next() {
            job(client)
            state.update { $0.busy.giveBack(by: key) }
        }
    }

    /// Waits for the next job of a key whose turn it is; `nil` when the pool stops.
    private func next() -> (key: Key, element: Job)? {
        state.wait { state in
            let (busy, isStopped) = (state.busy, state.isStopped)
            if let next = state.queue.next(of: { isStopped || busy.hasRoom(for: $0) }) {
                state.waiting.giveBack(by: next.key)
                state.busy.take(for: next.key)
                return .done(next)
            }
            return isStopped ? .done(nil) : .again
        }
    }
}
