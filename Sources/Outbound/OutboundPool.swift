internal import Bytes
public import Net
import System

/// Threads that wait for slow peers so that nobody else has to.
///
/// Each job is a key's, that is, somebody's whose jobs must not hold up those of others: keys take turns, and none has all of
/// the threads or of the places to wait (`Places`). A job to be tried again waits for its time in the same queue and takes no
/// thread for that. Threads start when there is work for them, up to a number, and stay. The queue is bounded: whoever comes
/// too late is told so at once. Every job that was taken is called exactly once; after `stop` with a client that refuses
/// everything.
public final class OutboundPool<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var queue = JobQueue<Key>()
        /// Places in the queue.
        var waiting: FairShare<Key>
        /// Threads that run a job.
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
    private let now: @Sendable () -> Int64
    private let told: @Sendable (Delivery) -> Void

    /// A pool to be stopped. `capacity` jobs may wait. `limits` are those of messages, and `told` hears what becomes of them. `now`
    /// tells the time by which jobs are due, in nanoseconds; it must not call back, and whoever makes it jump says so by
    /// `clockMoved`.
    public init(
        _ name: String, _ settings: Settings = Settings(), _ limits: Limits = Limits(), threads: Int = 16,
        capacity: Int = 256, now: @escaping @Sendable () -> Int64 = { SystemClock.monotonicNanoseconds },
        told: @escaping @Sendable (Delivery) -> Void = { _ in }
    ) {
        state = Locked(State(waiting: FairShare(capacity), busy: FairShare(threads)))
        client = Client(settings, halt)
        (self.name, self.limits, self.threads, self.now, self.told) = (name, limits, threads, now, told)
    }

    /// Has a thread call `job` with a client to use.
    public func submit(for key: Key, _ job: @escaping @Sendable (Client) -> Void) throws(OutboundError) {
        try state.update { state throws(OutboundError) in
            guard !state.isStopped else { throw .stopped }
            guard state.waiting.hasRoom(for: key) else { throw .full }
            // One that waits for its time may be due when all threads are busy: it counts as work too.
            if state.threads.count - state.busy.taken <= state.queue.count, state.threads.count < threads {
                do {
                    state.threads.append(TransferBox(try Thread(name) { self.work() }))
                } catch {
                    // The threads that stand will come to it.
                    if state.threads.isEmpty { throw .full }
                }
            }
            insert(job, for: key, after: .zero, in: &state)
        }
    }

    private func insert(
        _ job: @escaping @Sendable (Client) -> Void, for key: Key, after wait: Duration, in state: inout State
    ) {
        state.waiting.take(for: key)
        state.queue.insert(job, for: key, due: now() + wait.nanoseconds)
    }

    // MARK: - Messages

    /// Sends a message, again by the schedule while it fails for reasons that may pass. It may arrive more than once, and after
    /// one that was sent later. A try may take no longer than `time`, if that is less than the pool's limit.
    public func send(
        _ message: Message, for key: Key, within time: Duration? = nil, retrying retry: Retry = .never
    ) {
        var limits = limits
        if let time { limits.totalTime = min(time, limits.totalTime) }
        let errand = Errand(message: message, key: key, limits: limits, retry: retry)
        do throws(OutboundError) {
            try submit(for: key) { self.attempt(1, errand, $0) }
        } catch {
            told(Delivery(message, tries: 0, .failure(error)))
        }
    }

    private struct Errand: Sendable {
        let message: Message
        let key: Key
        let limits: Limits
        let retry: Retry
    }

    private func attempt(_ number: Int, _ errand: Errand, _ client: Client) {
        let (message, retry) = (errand.message, errand.retry)
        do throws(OutboundError) {
            told(Delivery(message, tries: number, .success(try client.send(message, errand.limits))))
        } catch {
            let goesOn = error.mayPass || retry.insists && error.isAnswer
            guard goesOn, number <= retry.delays.count else {
                let tries = error == .stopped ? number - 1 : number
                return told(Delivery(message, tries: tries, .failure(error)))
            }
            let wait = retry.delays[number - 1]
            told(Delivery(message, tries: number, .failure(error), nextTry: wait))
            // Past the bound if need be: what was taken is not dropped, and there are no more of these than threads. If the
            // pool has stopped meanwhile, the thread that runs this finds it before it ends.
            state.update { state in
                insert({ self.attempt(number + 1, errand, $0) }, for: errand.key, after: wait, in: &state)
            }
        }
    }

    /// Jobs that wait or run.
    public var count: Int { state.withLock { $0.queue.count + $0.busy.taken } }

    // MARK: - The end

    /// Has the threads look at the clock again.
    public func clockMoved() { state.update { _ in } }

    /// Whether nothing is under way, and nothing will be before a time.
    public func isIdle(before time: Int64) -> Bool {
        state.withLock { $0.busy.taken == 0 && $0.queue.isIdle(before: time) }
    }

    /// Ends what runs, gives up what waits and says how many jobs that were, and waits for the threads.
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

    /// The life of a thread.
    private func work() {
        while let (key, job) = next() {
            job(client)
            state.update { $0.busy.giveBack(by: key) }
        }
    }

    /// The next job, when it is due and its key's turn; nothing if there will be none.
    private func next() -> (key: Key, element: JobQueue<Key>.Job)? {
        state.wait { state in
            let (busy, isStopped) = (state.busy, state.isStopped)
            let time = isStopped ? .max : now()
            if let next = state.queue.take(at: time, of: { isStopped || busy.hasRoom(for: $0) }) {
                state.waiting.giveBack(by: next.key)
                state.busy.take(for: next.key)
                return .done(next)
            }
            if isStopped { return .done(nil) }
            return state.queue.next.map { .againWithin(nanoseconds: $0 - time) } ?? .again
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
