public import Bytes
internal import Crypto
public import Imaging
public import Outbound
internal import Synchronization
public import System
public import Time

/// Accepts orders, runs them and tracks their tasks, for any service.
///
/// All methods are thread-safe. If `mayWait` is true, reading may wait for a store. `submit` and `input` may write a
/// file, so they must not be called on an event loop.
public final class TaskService: Sendable {
    public let clock: Clock
    public let agenda: Agenda
    public let randomness: Randomness
    public let links: SignedLinks
    let observer: Event.Observer
    private let settings: Settings
    private let alarms: Alarms
    let registry: TaskRegistry
    let scheduler: JobScheduler
    let outbox: Outbox
    /// All mutable state, for reset, export and import.
    public let world = World()
    /// Stores the input images, by name.
    let images: any BlobStore
    let results: any BlobStore
    private let fingerprint: Fingerprint
    private let takeover: Takeover

    /// The dependencies of a task service. Those that are not given are created for it alone.
    public struct Foundations {
        public var clock = Clock()
        public var alarms = Alarms()
        public var agenda: Agenda?
        public var store: any TaskStore = MemoryTaskStore()
        public var images: (any BlobStore)?
        public var results: (any BlobStore)?
        public var memory: DecodingMemory?
        /// Sends webhooks and uploads.
        public var sender: OutboundPool<Namespace>?

        public init() {}
    }

    /// Creates a service, which the caller must stop. `observer` receives its events.
    public convenience init(
        _ settings: Settings = Settings(), on foundations: Foundations = Foundations(),
        observer: @escaping Event.Observer = { _ in }
    ) {
        let limits = settings.images
        self.init(settings, on: foundations, observer: observer) { EngineMaker(limits) }
    }

    init(
        _ settings: Settings, on foundations: Foundations, observer: @escaping Event.Observer = { _ in },
        makers: @escaping @Sendable () -> any PictureMaker
    ) {
        (self.settings, self.observer) = (settings, observer)
        (clock, alarms) = (foundations.clock, foundations.alarms)
        agenda = foundations.agenda ?? Agenda(clock, alarms: alarms)
        randomness = Randomness(seed: settings.seed)
        links = SignedLinks(key: randomness.key(for: "signed links"))
        fingerprint = Fingerprint(key: randomness.key(for: "references"))
        let folder = settings.spoolFolder
        images = foundations.images ?? MemoryBlobStore(folder: folder, memory: settings.imageMemory, observer)
        results = foundations.results ?? MemoryBlobStore(folder: folder, memory: settings.resultMemory, observer)
        registry = TaskRegistry(settings, agenda, alarms, foundations.store, observer)
        let memory = foundations.memory ?? DecodingMemory(limit: settings.images.memory)
        scheduler = JobScheduler(settings, registry, memory, results, observer, makers: makers)
        outbox = Outbox(registry, agenda, foundations.sender ?? OutboundPool("webhook"))
        takeover = Takeover(settings, registry, scheduler, outbox, images, alarms, observer)
        world.add(ClockPart(agenda: agenda))
        world.add(randomness)
        world.add(TasksPart(service: self))
    }

    /// The services that have tasks here.
    var services: [StaticString] { outbox.services }

    deinit { stop() }

    /// Whether reading a task may wait for a store. If so, event loops must not do it.
    public var mayWait: Bool { registry.store.mayWait || results.mayWait }

    /// Sets the function that composes webhooks and uploads for a service's tasks, on threads that may read files.
    public func composeMessages(
        for service: StaticString, _ compose: @escaping @Sendable (TaskView, OutboxEntry) throws(Errno) -> Message?
    ) {
        outbox.compose(for: service, compose)
        randomness.services.withLock { $0.append(service) }
    }

    /// Sets what decides about the faults of webhooks and uploads.
    public func setMessageFault(_ body: @escaping @Sendable (TaskView, OutboxEntry) -> MessageFault?) {
        outbox.setFault(body)
    }

    // MARK: - Orders

    /// Stores a file as an input image.
    public func input(_ bytes: consuming ByteBuffer) throws(TaskError) -> InputImage {
        if images.usage.total + bytes.count > settings.queueBytes {
            throw observed(.queueFull(retryAfter: scheduler.retryAfter))
        }
        let digest = fingerprint.of(bytes.bytes)
        let memory = (try? ImageProbe(bytes.bytes))?.decodingBytes(fileBytes: bytes.count) ?? 0
        do throws(StoreError) {
            let name = BlobName.random()
            let blob = try images.put(bytes, as: name)
            return InputImage(owned: OwnedBlob(name, blob, in: images), digest: digest, decodingBytes: memory)
        } catch {
            throw unavailable(error)
        }
    }

    /// Accepts a task and returns its initial record.
    public func submit(_ order: Order, by namespace: Namespace) throws(TaskError) -> TaskRecord {
        try submit([order], by: namespace)[0]
    }

    /// Accepts a task for each order, or none. The cost and the limit of the first order apply to all.
    public func submit(_ orders: [Order], by namespace: Namespace) throws(TaskError) -> [TaskRecord] {
        guard let first = orders.first else { return [] }
        let now = clock.now(for: namespace.key)
        let used = results.usage.total
        if used >= settings.resultBytes || !registry.results.admits(namespace, used: used) {
            throw observed(.storageFull(retryAfter: TaskService.storageRetry))
        }
        if registry.store.count > settings.taskLimit - orders.count {
            throw observed(.tooManyKnown(limit: settings.taskLimit, retryAfter: TaskService.storageRetry))
        }
        let limit = first.activeLimit ?? settings.activeLimit
        do throws(CreditLedger.Refusal) {
            try registry.ledger.check(first.cost, times: orders.count, for: namespace, activeLimit: limit)
        } catch {
            throw refusal(error, limit)
        }
        do throws(TaskError) {
            try scheduler.promise(orders.count)
        } catch {
            throw observed(error)
        }
        do throws(TaskError) {
            try start()
            let tasks = try accept(orders, cost: first.cost, limit, namespace, now)
            for (task, order) in zip(tasks, orders) {
                if task.life.needsPicture {
                    scheduler.enter(task, order.image, order.recipe)
                } else {
                    scheduler.cancelPromise(1)
                }
            }
            return tasks
        } catch {
            scheduler.cancelPromise(orders.count)
            throw error
        }
    }

    /// Reserves the credits, draws unused IDs and inserts the tasks.
    private func accept(
        _ orders: [Order], cost: Int64, _ limit: Int, _ namespace: Namespace, _ now: Instant
    ) throws(TaskError) -> [TaskRecord] {
        while true {
            let tasks = orders.map { record($0, cost: cost, namespace, now) }
            do throws(CreditLedger.Refusal) {
                try registry.ledger.reserve(cost, for: tasks.map(\.id), of: namespace, activeLimit: limit)
            } catch {
                throw refusal(error, limit)
            }
            do throws(StoreError) {
                try registry.insert(tasks)
                return tasks
            } catch {
                for task in tasks { registry.ledger.settle(task.id, isCharged: false) }
                guard case .taken = error else { throw unavailable(error) }
            }
        }
    }

    private func record(_ order: Order, cost: Int64, _ namespace: Namespace, _ now: Instant) -> TaskRecord {
        let content = order.content
        let draw = randomness.draw(namespace, content)
        let life = (order.life ?? settings.life).drawn(by: draw.id)
        return TaskRecord(
            id: draw.id, namespace: namespace,
            content: settings.sharesIdentical ? content : content.alone(for: draw.id),
            order: life.needsPicture ? TaskOrder(order.image, order.recipe) : nil,
            format: order.recipe.output.format, seed: draw.number, cost: cost,
            resultLifetime: order.resultLifetime ?? settings.resultLifetime, retention: settings.taskRetention,
            accepted: now, isPolled: order.isPolled, life: life, note: order.note,
            outbox: order.outbox)
    }

    /// Records a task that failed after its acceptance was answered, so that its caller learns of the failure.
    public func submitFailed(
        _ reason: String, note: SharedBytes?, outbox: [OutboxEntry], by namespace: Namespace
    ) throws(TaskError) {
        let now = clock.now(for: namespace.key)
        var content = SHA256()
        content.update(ByteBuffer(reason))
        let digest = content.finish()
        while true {
            let draw = randomness.draw(namespace, digest)
            var task = TaskRecord(
                id: draw.id, namespace: namespace, content: digest, order: nil, format: .png, seed: draw.number,
                cost: 0,
                resultLifetime: .zero, retention: settings.taskRetention, accepted: now, isPolled: false, life: .ready,
                note: note, outbox: outbox)
            task.made = TaskRecord.Made(.failed(Failure(.service, reason)), finished: now)
            do throws(StoreError) {
                return try registry.insert([task])
            } catch {
                guard case .taken = error else { throw unavailable(error) }
            }
        }
    }

    /// Pictures expire by age, so it is unknown when space becomes free for a given caller.
    private static let storageRetry = 10

    private func refusal(_ refusal: CreditLedger.Refusal, _ limit: Int) -> TaskError {
        switch refusal {
        case .tooManyActive: .tooManyActive(limit: limit, retryAfter: scheduler.retryAfter)
        case .insufficientCredits(let balance): .insufficientCredits(balance: balance)
        }
    }

    private func observed(_ error: TaskError) -> TaskError {
        if error != .stopping { observer(.full(error)) }
        return error
    }

    private func unavailable(_ error: StoreError) -> TaskError {
        observer(.storeFailed(error))
        return .unavailable(retryAfter: 1)
    }

    // MARK: - Results

    /// The current state of a task, or `nil` if it never existed or is forgotten.
    public func task(_ id: TaskID) throws(TaskError) -> TaskView? {
        do throws(StoreError) {
            return try registry.view(id)
        } catch {
            throw unavailable(error)
        }
    }

    /// Polls a task, which counts in its life. The state is `awaitingPicture` if only the picture is missing.
    /// `awaitPoll` waits for the picture in that case.
    public func poll(_ id: TaskID, of service: StaticString) throws(TaskError) -> TaskView? {
        do throws(StoreError) {
            return try registry.poll(id, of: service)
        } catch {
            throw unavailable(error)
        }
    }

    /// Polls a task, and waits for its picture if only that is missing, so that the answer does not depend on the
    /// machine's speed. After about `holdLimit` of real time the current state is returned. The answer arrives on any
    /// thread.
    public func awaitPoll(
        _ id: TaskID, of service: StaticString, _ answer: @escaping @Sendable (Result<TaskView?, TaskError>) -> Void
    ) {
        let answer = Once(answer)
        pollAgain(id, service, answer)
        if answer.isOpen {
            alarms.call(at: .now + TaskService.holdLimit) { [self] in answer(polled(id, service)) }
        }
    }

    private func pollAgain(_ id: TaskID, _ service: StaticString, _ answer: Once<Result<TaskView?, TaskError>>) {
        let result = polled(id, service)
        guard case .success(let view?) = result, view.state == .awaitingPicture else { return answer(result) }
        if scheduler.whenMade(view.record, { [self] in pollAgain(id, service, answer) }) { return }
        // The picture was made between the two reads, or another process is making it.
        let second = polled(id, service)
        if case .success(let view?) = second, view.state == .awaitingPicture { return }
        answer(second)
    }

    private func polled(_ id: TaskID, _ service: StaticString) -> Result<TaskView?, TaskError> {
        do throws(TaskError) {
            return .success(try poll(id, of: service))
        } catch {
            return .failure(error)
        }
    }

    /// The longest wait of a poll for a picture: less than the timeout of common clients.
    static let holdLimit = Interval.seconds(4)

    /// The picture of a ready task, until it expires.
    public func picture(of view: TaskView) -> Picture? {
        guard view.record.isResultAvailable(at: clock.now(for: view.record.namespace.key)) else { return nil }
        return registry.results.picture(view.record.content)
    }

    public func picture(of id: TaskID) throws(TaskError) -> Picture? { try task(id).flatMap { picture(of: $0) } }

    /// Calls `observer` once when a task ends, or immediately if it has ended. The observer must not block or stop the
    /// service. Returns false if there is no such task.
    public func whenEnded(_ id: TaskID, _ observer: @escaping TaskObserver) throws(TaskError) -> Bool {
        do throws(StoreError) {
            return try registry.observe(id, observer)
        } catch {
            throw unavailable(error)
        }
    }

    /// The balance of a namespace, in millionths of a credit.
    public func balance(of namespace: Namespace) -> Int64 { registry.ledger.balance(of: namespace) }

    /// Advances the time of a key, or of all, until no task of it is unfinished and nothing is left to be sent.
    public func advanceUntilIdle(_ key: KeyID?) -> [Agenda.Event] {
        agenda.advance(key, .last(while: { [registry] in registry.isBusy(key) }))
    }

    // MARK: - Lifecycle

    /// Starts to take over work from processes with the same store that have died. Call it when all services have
    /// registered their composers; otherwise the first accepted task starts it.
    public func start() throws(TaskError) {
        do throws(StoreError) {
            try takeover.start()
        } catch {
            throw unavailable(error)
        }
    }

    /// Whether a webhook or an upload is unfinished that may be sent before a moment of real time.
    public func hasUnsent(before moment: Ticks) -> Bool {
        registry.unsentTasks > 0 && outbox.isBusy(before: moment)
    }

    /// Refuses new tasks, fails unfinished ones and waits for the workers. Returns the numbers of tasks that waited, of
    /// tasks that ran, and of tasks with an unsent webhook or upload.
    @discardableResult
    public func stop() -> (waiting: Int, running: Int, unsent: Int) {
        let counts = scheduler.stop()
        agenda.stop()
        alarms.stop()
        return (counts.waiting, counts.running, registry.unsentTasks)
    }

    /// The current size of the service.
    public struct Counts: Equatable, Sendable {
        public let waiting, running, tasks, pictures, namespaces: Int
        /// Bytes of images and pictures.
        public let memoryBytes, fileBytes: Int
    }

    public var counts: Counts {
        let (waiting, running) = scheduler.counts
        let (images, results) = (images.usage, results.usage)
        return Counts(
            waiting: waiting, running: running, tasks: registry.store.count, pictures: registry.results.count,
            namespaces: registry.ledger.count, memoryBytes: images.memory + results.memory,
            fileBytes: images.files + results.files)
    }
}

/// A closure that is called at most once, by the first thread that calls it.
private final class Once<Value>: Sendable {
    private let body: @Sendable (Value) -> Void
    private let isCalled = Atomic<Bool>(false)

    init(_ body: @escaping @Sendable (Value) -> Void) { self.body = body }

    var isOpen: Bool { !isCalled.load(ordering: .relaxed) }

    func callAsFunction(_ value: Value) {
        if !isCalled.exchange(true, ordering: .acquiringAndReleasing) { body(value) }
    }
}

extension SHA256.Digest {
    /// A content address that only one task uses.
    fileprivate func alone(for task: TaskID) -> SHA256.Digest {
        var hash = SHA256()
        hash.update(bytes)
        var id = ByteBuffer(capacity: 36)
        task.append(to: &id)
        hash.update(id)
        return hash.finish()
    }
}
