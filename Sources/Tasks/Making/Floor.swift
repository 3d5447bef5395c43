internal import Bytes
internal import Crypto
internal import Imaging
internal import Parallel
internal import Synchronization
internal import System

/// Where pictures are made: tasks wait in lines, and a few threads take what is first. Work that is the same is done once, for
/// all tasks that ask for it while it waits or runs.
///
/// A task's record is in the store before its job is here, and a job is here until the ends of all its tasks are written. So
/// whoever finds a record without an end, and then no job, finds the end in the record now.
final class Floor: @unchecked Sendable {
    let books: Books
    let workers: Int
    private let queueLength: Int
    private let makers: @Sendable () -> any Maker
    private let crew = Locked<ComputePool?>(nil)
    private let busy = SpareHands.Busy()
    private let stopping = Atomic<Bool>(false)
    /// A running mean of the time a picture takes, in nanoseconds.
    private let usualTime = Atomic<Int64>(0)
    /// Watches of awaited tasks whose observers have not returned.
    private let open = Atomic<Int>(0)

    // What follows changes only while the gate is held.

    private let gate = Gate()
    private var lines: JobLines
    private var jobs: [SHA256.Digest: Job] = [:]
    /// Places in line that were promised to tasks on their way here.
    private var promised = 0
    /// Threads that wait for a job.
    private var idle = 0
    private var threads: [TransferBox<Thread>] = []

    init(
        _ settings: Settings, _ books: Books, _ memory: DecodingMemory, makers: @escaping @Sendable () -> any Maker
    ) {
        workers = settings.workers > 0 ? settings.workers : Machine.coreCount
        (queueLength, self.books, self.makers) = (settings.queueLength, books, makers)
        lines = JobLines(memory)
        memory.whenFreed { [weak self] in self?.wakeWhoLacksMemory() }
    }

    // MARK: - For those who bring tasks

    /// Promises a place for each of so many tasks, which then have to `enter`.
    func promise(_ count: Int = 1) throws(TaskError) {
        gate.lock()
        defer { gate.unlock() }
        if isStopping { throw .stopping }
        if lines.count + promised > queueLength - count { throw .queueFull(retryAfter: retryAfter) }
        // One thread is enough for all tasks to end; without any, none would.
        if threads.isEmpty, !startThread() { throw .queueFull(retryAfter: retryAfter) }
        promised += count
    }

    /// Takes a task that has a place and is in the store. It may be done on return.
    func enter(_ task: TaskRecord, _ order: Order) {
        gate.lock()
        promised -= 1
        if isStopping {
            gate.unlock()
            books.close(task, .stopped, started: task.accepted, finished: task.accepted)
        } else if let job = jobs[task.content] {
            job.tasks.append(task)
            // In the line of its own namespace too, if that should have its turn before.
            if job.state == .waiting { lines.append(job, for: task.namespace) }
            gate.unlock()
        } else if books.pictures.extend(
            task.content, at: task.accepted, until: task.accepted.later(by: task.resultLifetime))
        {
            gate.unlock()
            books.close(task, .ready, started: task.accepted, finished: task.accepted)
        } else {
            let job = Job(task.content, order)
            job.tasks.append(task)
            jobs[task.content] = job
            lines.append(job, for: task.namespace)
            if idle > 0 { gate.wakeAll() } else if threads.count < workers { _ = startThread() }
            gate.unlock()
        }
    }

    /// What becomes of a content at this moment; `nil` if nobody works for it.
    func state(of content: SHA256.Digest) -> Snapshot.State? {
        gate.lock()
        defer { gate.unlock() }
        guard let job = jobs[content] else { return nil }
        return switch job.state {
        case .waiting: .waiting
        case .running(let since): .running(progress: job.progress, started: since)
        }
    }

    /// Has the observer called when a task ends; not if that has ended.
    func watch(_ task: TaskRecord, isAwaited: Bool, _ observer: @escaping Observer) -> Bool {
        gate.lock()
        defer { gate.unlock() }
        // A job of this content that is here while the task has no end is the task's.
        guard let job = jobs[task.content], books.store.record(task.id)?.end == nil else { return false }
        job.watches.append(Job.Watch(id: task.id, isAwaited: isAwaited, observer: observer))
        if isAwaited { open.add(1, ordering: .relaxed) }
        return true
    }

    /// Tasks whose end is awaited, until that has been told.
    var awaited: Int { open.load(ordering: .acquiring) }

    /// Seconds until another task may have a place.
    var retryAfter: Int {
        let each = usualTime.load(ordering: .relaxed) / Int64(workers)
        return Int(min(max(1, each / .seconds(1) + 1), 60))
    }

    /// How many wait and how many are being made.
    var counts: (waiting: Int, running: Int) {
        gate.lock()
        defer { gate.unlock() }
        return (lines.count, busy.count.load(ordering: .relaxed))
    }

    // MARK: - For those who make pictures

    /// Whether what is being made is to be left.
    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// The hands for a maker's pictures. Threads that help are started by the caller and go behind others as it does.
    func hands() -> SpareHands {
        let crew = crew.withLock { crew in
            let threads = crew ?? ComputePool(count: workers)
            crew = threads
            return threads
        }
        return SpareHands(crew: crew, busy: busy)
    }

    /// Waits for a job; `nil` when all is over. Whoever takes one has to give its memory back and to `finish` it.
    func next() -> (Job, Reference, DecodingMemory.Share)? {
        gate.lock()
        defer { gate.unlock() }
        while !isStopping {
            if let (job, share) = lines.next() {
                guard let reference = job.reference.take() else { preconditionFailure("a job waits without its file") }
                job.state = .running(since: books.clock.now)
                busy.count.add(1, ordering: .relaxed)
                return (job, reference, share)
            }
            idle += 1
            gate.wait()
            idle -= 1
        }
        return nil
    }

    private func wakeWhoLacksMemory() {
        gate.lock()
        if lines.lacksMemory { gate.wakeAll() }
        gate.unlock()
    }

    /// Ends the tasks of a job that was taken.
    func finish(_ job: Job, _ outcome: Outcome, _ picture: Picture?) {
        let finished = books.clock.now
        if case .running(let since) = job.state, outcome == .ready { remember(time: finished - since) }
        busy.count.subtract(1, ordering: .relaxed)
        end(job, outcome, picture, finished)
    }

    /// Writes how the tasks of a job ended, those too that come in the meantime.
    private func end(_ job: Job, _ outcome: Outcome, _ picture: Picture?, _ finished: Int64) {
        while true {
            gate.lock()
            let tasks = job.tasks
            job.tasks = []
            if tasks.isEmpty { break }
            let started = if case .running(let since) = job.state { since } else { finished }
            gate.unlock()
            if let picture { books.keep(picture, for: tasks, finished: finished) }
            for task in tasks { books.close(task, outcome, started: started, finished: finished) }
        }
        jobs[job.content] = nil
        let watches = job.watches
        job.watches = []
        gate.unlock()
        for watch in watches {
            if let record = books.store.record(watch.id), let end = record.end {
                watch.observer(Snapshot(record: record, state: .ended(end.outcome)))
            }
            if watch.isAwaited { open.subtract(1, ordering: .releasing) }
        }
    }

    private func remember(time: Int64) {
        let old = usualTime.load(ordering: .relaxed)
        usualTime.store(old == 0 ? time : old + (time - old) / 8, ordering: .relaxed)
    }

    // MARK: - Start and end

    /// Starts another maker, if the system has a thread for it. The gate is held.
    private func startThread() -> Bool {
        do throws(Errno) {
            // A fill needs more than a thread that parses; what is not used costs nothing.
            let thread = try Thread("maker-\(threads.count)", stackBytes: 8 << 20) { [self] in
                Worker(self, makers()).run()
            }
            threads.append(TransferBox(thread))
            return true
        } catch {
            return false
        }
    }

    /// Lets no task in any more, ends those that are here as failed, says how many that were, and waits for the threads. Not to
    /// be called by an observer.
    func stop() -> (waiting: Int, running: Int) {
        gate.lock()
        stopping.store(true, ordering: .relaxed)
        var counts = (waiting: 0, running: 0)
        for job in jobs.values {
            if job.state == .waiting { counts.waiting += job.tasks.count } else { counts.running += job.tasks.count }
        }
        var left: [Job] = []
        while let job = lines.takeAny() {
            job.state = .running(since: books.clock.now)
            left.append(job)
        }
        let threads = threads
        self.threads = []
        gate.wakeAll()
        gate.unlock()
        for job in left { end(job, .stopped, nil, books.clock.now) }
        for thread in threads { thread.take().join() }
        return counts
    }
}

extension Outcome {
    /// What ends a task that the program cannot wait for.
    static var stopped: Outcome { .failed(Failure(.stopped, "stopped")) }
}
