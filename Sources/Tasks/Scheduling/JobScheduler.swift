internal import Bytes
internal import Crypto
internal import Imaging
internal import Parallel
internal import Synchronization
internal import System
internal import Time

/// Orders the waiting jobs and runs them on worker threads. Identical work runs once for all tasks that request it
/// while it waits or runs.
///
/// A task's record is in the store before its job is scheduled, and a job stays here until its tasks have received the
/// result. A caller that finds a record without a picture, and then no job, will find the picture when it reads the
/// record again.
final class JobScheduler: Sendable {
    let workers: Int
    private let queueLength: Int
    private let registry: TaskRegistry
    private let clock: Clock
    private let blobs: any BlobStore
    private let makers: @Sendable () -> any PictureMaker
    private let observer: Event.Observer
    private let pool = Locked<ComputePool?>(nil)
    private let running = SharedWorkers.RunningCount()
    private let stopping = Atomic<Bool>(false)
    /// A moving average of the time per picture, in nanoseconds.
    private let usualTime = Atomic<Int64>(0)
    private let state: Locked<State>

    private struct State {
        var queue: JobQueue
        var jobs: [SHA256.Digest: Job] = [:]
        /// Queue slots reserved for tasks that are about to be entered.
        var promised = 0
        /// Threads that wait for a job.
        var idle = 0
        var threads: [TransferBox<Thread>] = []
    }

    init(
        _ settings: Settings, _ registry: TaskRegistry, _ memory: DecodingMemory, _ blobs: any BlobStore,
        _ observer: @escaping Event.Observer, makers: @escaping @Sendable () -> any PictureMaker
    ) {
        workers = settings.workers > 0 ? settings.workers : Machine.coreCount
        (queueLength, self.registry, clock) = (settings.queueLength, registry, registry.clock)
        (self.blobs, self.observer, self.makers) = (blobs, observer, makers)
        state = Locked(State(queue: JobQueue(memory)))
        memory.whenFreed { [weak self] in
            guard let self, self.state.withLock({ $0.queue.lacksMemory }) else { return }
            self.state.update { _ in }
        }
    }

    // MARK: - Adding tasks

    /// Reserves `count` queue slots. The caller must then `enter` each task, or return the slots with `cancelPromise`.
    func promise(_ count: Int) throws(TaskError) {
        try state.withLock { state throws(TaskError) in
            if isStopping { throw .stopping }
            if state.queue.count + state.promised > queueLength - count { throw .queueFull(retryAfter: retryAfter) }
            // One thread is enough to finish all tasks. Without a thread no task would finish.
            if state.threads.isEmpty, !startThread(&state) { throw .queueFull(retryAfter: retryAfter) }
            state.promised += count
        }
    }

    func cancelPromise(_ count: Int) { state.withLock { $0.promised -= count } }

    /// Adds a task that has a slot and is in the store.
    func enter(_ task: TaskRecord, _ image: InputImage, _ recipe: Recipe) {
        // A store that may wait can be shared with other processes.
        let kept = registry.store.mayWait ? image : nil
        let member = Job.Member(id: task.id, namespace: task.namespace, image: kept)
        let made: TaskRecord.Made? = state.update { state in
            state.promised -= 1
            if isStopping { return .stopped(at: task.accepted) }
            if let job = state.jobs[task.content], job.state != .made {
                job.tasks.append(member)
                // The job also joins the queue of this task's namespace, which may have its turn first.
                if job.state == .waiting { state.queue.append(job, for: task.namespace) }
                return nil
            }
            if registry.results.hold(task.content, for: task.id) {
                return TaskRecord.Made(.ready, finished: task.accepted)
            }
            let job = Job(task.content, image, recipe)
            job.tasks.append(member)
            state.jobs[task.content] = job
            state.queue.append(job, for: task.namespace)
            // A woken worker counts as idle until it runs, so each waiting job needs an idle worker of its own.
            if state.idle < state.queue.count, state.threads.count < workers { _ = startThread(&state) }
            return nil
        }
        if let made { registry.setMade(task.id, of: task.namespace.key, task.content, made, kept) }
    }

    /// Adds a task that was accepted earlier and has no slot, even if the queue becomes longer than its limit.
    func enterUnpromised(_ task: TaskRecord, _ image: InputImage, _ recipe: Recipe) {
        state.withLock { state in
            state.promised += 1
            if state.threads.isEmpty { _ = startThread(&state) }
        }
        enter(task, image, recipe)
    }

    /// Calls `body` when a task's picture is made. Returns false if the picture is already made.
    func whenMade(_ task: TaskRecord, _ body: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard let job = state.jobs[task.content] else { return false }
            job.waiters.append(body)
            return true
        }
    }

    /// The image that content is being made from.
    func image(of content: SHA256.Digest) -> InputImage? { state.withLock { $0.jobs[content]?.image } }

    /// The estimated number of seconds until a slot is free.
    var retryAfter: Int {
        let each = usualTime.load(ordering: .relaxed) / Int64(workers)
        return Int(min(max(1, each / 1_000_000_000 + 1), 60))
    }

    /// The numbers of waiting and of running jobs.
    var counts: (waiting: Int, running: Int) {
        (state.withLock { $0.queue.count }, running.value.load(ordering: .relaxed))
    }

    // MARK: - Running jobs

    /// Whether running jobs should be abandoned.
    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// The threads that render a worker's pictures. The calling worker starts them, so they inherit its priority.
    func sharedWorkers() -> SharedWorkers {
        let pool = pool.withLock { pool in
            let threads = pool ?? ComputePool(count: workers)
            pool = threads
            return threads
        }
        return SharedWorkers(pool: pool, running: running)
    }

    /// Waits for a job; `nil` when the scheduler stops. The caller must release the memory share and call `finish`.
    func next() -> (Job, InputImage, DecodingMemory.Share)? {
        var isIdle = false
        return state.wait { state -> Wait<(Job, InputImage, DecodingMemory.Share)?> in
            if isIdle { state.idle -= 1 }
            isIdle = false
            if isStopping { return .done(nil) }
            guard let (job, share) = state.queue.next() else {
                state.idle += 1
                isIdle = true
                return .again
            }
            guard let image = job.image else { preconditionFailure("a job waits without its image") }
            job.state = .running(since: .now)
            running.value.add(1, ordering: .relaxed)
            return .done((job, image, share))
        }
    }

    /// Reports a store failure to the event observer.
    func note(_ error: StoreError) { observer(.storeFailed(error)) }

    /// Waits for this real time, or until the scheduler stops.
    func pause(_ time: Interval) {
        let end = Ticks.now + time
        state.wait { _ -> Wait<Void> in
            let now = Ticks.now
            return isStopping || now >= end ? .done(()) : .againWithin(nanoseconds: (end - now).nanoseconds)
        }
    }

    /// Passes the result of a job to its tasks.
    func finish(_ job: Job, _ outcome: Outcome, _ picture: Picture?) {
        if case .running(let since) = job.state, outcome == .ready { remember((Ticks.now - since).nanoseconds) }
        running.value.subtract(1, ordering: .relaxed)
        end(job, outcome, picture)
    }

    /// Passes the result to all tasks of a job. Tasks that are entered from here on find the picture in the cache.
    private func end(_ job: Job, _ outcome: Outcome, _ picture: Picture?) {
        // Released outside the lock.
        var released: InputImage?
        let tasks = state.withLock { _ in
            job.state = .made
            // The job may remain in other queues for longer.
            released = job.image.take()
            if let picture, let first = job.tasks.first {
                registry.results.keep(picture, job.content, for: first.namespace, holders: job.tasks.map(\.id))
            }
            return job.tasks
        }
        for task in tasks {
            let made = TaskRecord.Made(outcome, finished: clock.now(for: task.namespace.key))
            registry.setMade(task.id, of: task.namespace.key, job.content, made, task.image)
        }
        let waiters = state.withLock { state in
            // Another job may have taken its place if no task shows the picture any more.
            if state.jobs[job.content] === job { state.jobs[job.content] = nil }
            // The tasks may release their images, which must happen outside the lock.
            defer { (job.tasks, job.waiters) = ([], []) }
            return job.waiters
        }
        for waiter in waiters { waiter() }
        // A record that awaits its picture has its image: an export may need it.
        _ = consume released
    }

    private func remember(_ time: Int64) {
        let old = usualTime.load(ordering: .relaxed)
        usualTime.store(old == 0 ? time : old + (time - old) / 8, ordering: .relaxed)
    }

    // MARK: - Starting and stopping

    /// Starts another worker thread. Returns false if the system has none.
    private func startThread(_ state: inout State) -> Bool {
        // A fill needs more stack than the parser threads have. Unused stack costs no memory.
        let thread = try? Thread("maker-\(state.threads.count)", stackBytes: 8 << 20) { [self] in
            Worker(self, blobs, makers()).run()
        }
        guard let thread else { return false }
        state.threads.append(TransferBox(thread))
        return true
    }

    /// Refuses new tasks, fails all current ones, waits for the threads, and returns the number of failed tasks. Must
    /// not be called on a worker thread.
    func stop() -> (waiting: Int, running: Int) {
        let (counts, left, threads) = state.update { state in
            stopping.store(true, ordering: .relaxed)
            var counts = (waiting: 0, running: 0)
            for job in state.jobs.values {
                if job.state == .waiting {
                    counts.waiting += job.tasks.count
                } else {
                    counts.running += job.tasks.count
                }
            }
            var left: [Job] = []
            while let job = state.queue.removeAny() {
                job.state = .running(since: .now)
                left.append(job)
            }
            defer { state.threads = [] }
            return (counts, left, state.threads)
        }
        for job in left { end(job, Outcome.stopped, nil) }
        for thread in threads { thread.take().join() }
        return counts
    }
}

extension Outcome {
    /// The outcome of a task that shutdown interrupts.
    static var stopped: Outcome { .failed(Failure(.stopped, "stopped")) }
}

extension TaskRecord.Made {
    fileprivate static func stopped(at instant: Instant) -> TaskRecord.Made {
        TaskRecord.Made(.stopped, finished: instant)
    }
}
