public import Bytes
internal import Crypto
public import Imaging

/// Takes orders, makes the pictures, and knows what became of them: the life of a task, for any service.
///
/// All of it may be called on any thread. Reading never waits for a picture; `submit` and `reference` may write a file and
/// are for threads that may wait.
public final class Workshop: Sendable {
    public let clock: Clock
    public let randomness: Randomness
    public let links: SignedLinks
    let notice: Notice.Hearer
    private let settings: Settings
    private let books: Books
    private let floor: Floor
    /// Where the references are, and what tells them apart.
    private let references: Spool
    private let fingerprint: Fingerprint

    /// A workshop to be stopped, which has `memory` for decoding to itself if nobody else has it. `notice` hears of what its owner
    /// should know.
    public convenience init(
        _ settings: Settings = Settings(), clock: Clock = .system(), store: any TaskStore = MemoryTaskStore(),
        memory: DecodingMemory? = nil, notice: @escaping Notice.Hearer = { _ in }
    ) {
        let limits = settings.images
        self.init(settings, clock, store, memory: memory, notice: notice) { EngineMaker(limits) }
    }

    init(
        _ settings: Settings, _ clock: Clock = .system(), _ store: any TaskStore = MemoryTaskStore(),
        memory: DecodingMemory? = nil, notice: @escaping Notice.Hearer = { _ in },
        makers: @escaping @Sendable () -> any Maker
    ) {
        (self.settings, self.clock, self.notice) = (settings, clock, notice)
        randomness = Randomness(seed: settings.seed)
        links = SignedLinks(key: randomness.key(for: "signed links"))
        books = Books(settings, clock, store, notice)
        floor = Floor(
            settings, books, memory ?? DecodingMemory(limit: settings.images.memory), makers: makers)
        fingerprint = Fingerprint(key: randomness.key(for: "references"))
        references = Spool(folder: settings.spoolFolder, memory: settings.referenceMemory, notice)
    }

    deinit { stop() }

    // MARK: - Orders

    /// Takes in a file that pictures are to be made of.
    public func reference(_ bytes: consuming ByteBuffer) throws(TaskError) -> Reference {
        references.tidy()
        if references.inMemory + references.inFiles + bytes.count > settings.queueBytes {
            throw noted(.queueFull(retryAfter: floor.retryAfter))
        }
        let digest = fingerprint.of(bytes.bytes)
        let memory = (try? ImageProbe(bytes.bytes))?.decodingBytes(fileBytes: bytes.count) ?? 0
        return Reference(file: references.keep(bytes), digest: digest, decodingBytes: memory)
    }

    /// Accepts a task, and shows it as it is then: a picture that is there already is ready at once.
    public func submit(_ order: Order, by namespace: Namespace) throws(TaskError) -> Snapshot {
        try submit([order], by: namespace)[0]
    }

    /// Accepts a task for each of these orders, or none at all. The cost and the limit of the first are those of all.
    public func submit(_ orders: [Order], by namespace: Namespace) throws(TaskError) -> [Snapshot] {
        guard let order = orders.first else { return [] }
        let now = clock.now
        books.forget(at: now)
        let free = settings.resultBytes - books.results.inMemory - books.results.inFiles
        if free <= 0 || !books.pictures.admit(namespace, free: free) {
            throw noted(.storageFull(retryAfter: Workshop.storageRetry))
        }
        if books.store.count >= settings.taskLimit {
            throw noted(.tooManyKnown(limit: settings.taskLimit, retryAfter: Workshop.storageRetry))
        }
        let limit = order.activeLimit ?? settings.activeLimit
        do throws(Ledger.Refusal) {
            try books.ledger.reserve(order.cost, times: orders.count, for: namespace, activeLimit: limit)
        } catch {
            switch error {
            case .tooManyActive: throw .tooManyActive(limit: limit, retryAfter: floor.retryAfter)
            case .insufficientCredits(let balance): throw .insufficientCredits(balance: balance)
            }
        }
        do throws(TaskError) {
            try floor.promise(orders.count)
        } catch {
            for _ in orders { books.ledger.settle(order.cost, for: namespace, isCharged: false) }
            throw noted(error)
        }
        return orders.map { each in
            var each = each
            each.cost = order.cost
            let task = insert(each, namespace, now)
            floor.enter(task, each)
            return snapshot(task)
        }
    }

    /// Pictures go by their age: there is no knowing from which the room will come.
    private static let storageRetry = 10

    private func noted(_ error: TaskError) -> TaskError {
        if error != .stopping { notice(.full(error)) }
        return error
    }

    /// Draws an id that is free and keeps the task under it.
    private func insert(_ order: Order, _ namespace: Namespace, _ now: Int64) -> TaskRecord {
        let content = order.content
        while true {
            let draw = randomness.draw(namespace, content)
            let record = TaskRecord(
                id: draw.id, namespace: namespace,
                content: settings.sharesIdentical ? content : content.alone(for: draw.id),
                format: order.recipe.output.format, seed: draw.number, cost: order.cost,
                resultLifetime: order.resultLifetime ?? settings.resultLifetime, accepted: now, note: order.note)
            if books.store.insert(record) { return record }
        }
    }

    // MARK: - What became of them

    /// A task, unless it was never there or is forgotten.
    public func task(_ id: TaskID) -> Snapshot? {
        books.record(id, at: clock.now).map(snapshot)
    }

    /// The picture of a task that is ready, until it expires.
    public func picture(of id: TaskID) -> Picture? {
        let now = clock.now
        guard let record = books.record(id, at: now), let expires = record.resultExpires, now < expires else {
            return nil
        }
        return books.pictures.picture(record.content, at: now)
    }

    /// Calls `observer` once when a task ends, on a thread that makes pictures and has to go on: it must neither wait nor stop
    /// the workshop. If the task has ended, it is called at once. Says whether there is such a task. One that is awaited is
    /// among `awaited` until the observer has returned.
    public func whenDone(_ id: TaskID, isAwaited: Bool = false, _ observer: @escaping Observer) -> Bool {
        guard let record = books.record(id, at: clock.now) else { return false }
        if record.end == nil, floor.watch(record, isAwaited: isAwaited, observer) { return true }
        guard let ended = books.store.record(id) else { return false }
        observer(snapshot(ended))
        return true
    }

    private func snapshot(_ record: TaskRecord) -> Snapshot {
        if let end = record.end { return Snapshot(record: record, state: .ended(end.outcome)) }
        if let state = floor.state(of: record.content) { return Snapshot(record: record, state: state) }
        // It ended between the two looks.
        let ended = books.store.record(record.id) ?? record
        return Snapshot(record: ended, state: ended.end.map { .ended($0.outcome) } ?? .waiting)
    }

    /// What a namespace has to spend, in millionths of a credit.
    public func balance(of namespace: Namespace) -> Int64 { books.ledger.balance(of: namespace) }

    // MARK: - The workshop itself

    /// Lets go of whatever is over. Submits do so too; whoever runs the workshop calls it now and then for quiet times.
    public func sweep() {
        books.forget(at: clock.now)
        references.tidy()
    }

    /// Tasks under way whose end somebody awaits who does not ask for it.
    public var awaited: Int { floor.awaited }

    /// Accepts nothing more, ends all tasks as failed that have not ended, and waits until nothing is being made. Says how many
    /// tasks that were.
    @discardableResult
    public func stop() -> (waiting: Int, running: Int) { floor.stop() }

    /// What is there at the moment.
    public struct Counts: Equatable, Sendable {
        public let waiting, running, tasks, pictures, namespaces: Int
        /// Bytes of references and pictures.
        public let memoryBytes, fileBytes: Int
    }

    public var counts: Counts {
        let (waiting, running) = floor.counts
        return Counts(
            waiting: waiting, running: running, tasks: books.store.count, pictures: books.pictures.count,
            namespaces: books.ledger.count, memoryBytes: references.inMemory + books.results.inMemory,
            fileBytes: references.inFiles + books.results.inFiles)
    }
}

extension SHA256.Digest {
    /// The address of a picture that is one task's alone.
    fileprivate func alone(for task: TaskID) -> SHA256.Digest {
        var hash = SHA256()
        hash.update(bytes)
        var id = ByteBuffer(capacity: 36)
        task.append(to: &id)
        hash.update(id)
        return hash.finish()
    }
}
