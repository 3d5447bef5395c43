internal import Synchronization
internal import System
internal import Time

/// Keeps this process's lease on the store, and takes over the tasks of processes that are gone.
final class Takeover: Sendable {
    private let settings: Settings
    private let registry: TaskRegistry
    private let scheduler: JobScheduler
    private let outbox: Outbox
    private let images: any BlobStore
    private let alarms: Alarms
    private let observer: Event.Observer
    private let hasLease = Atomic<Bool>(false)
    /// Tasks of other processes that belong to this one now and are not begun here.
    private let claimed = Locked<[TaskID]>([])

    private static let retryInterval = Interval.milliseconds(500)

    init(
        _ settings: Settings, _ registry: TaskRegistry, _ scheduler: JobScheduler, _ outbox: Outbox,
        _ images: any BlobStore, _ alarms: Alarms, _ observer: @escaping Event.Observer
    ) {
        (self.settings, self.registry, self.scheduler, self.outbox) = (settings, registry, scheduler, outbox)
        (self.images, self.alarms, self.observer) = (images, alarms, observer)
    }

    /// Takes the lease and keeps it, from the first call on. A task without a lease could be claimed by any process.
    func start() throws(StoreError) {
        if hasLease.exchange(true, ordering: .relaxed) { return }
        do throws(StoreError) {
            try registry.store.renew(registry.owner, for: settings.leaseTime)
        } catch {
            hasLease.store(false, ordering: .relaxed)
            throw error
        }
        alarms.call(at: .now) { [weak self] in self?.renewLease() }
    }

    /// Renews the lease, claims tasks, continues with those that there is room for, and schedules the next renewal.
    private func renewLease() {
        var wait = settings.leaseTime / 3
        do throws(StoreError) {
            try registry.store.renew(registry.owner, for: settings.leaseTime)
            let room = max(0, settings.queueLength - claimed.withLock { $0.count })
            let found = try registry.store.claim(for: registry.owner, atMost: room)
            claimed.withLock { $0 += found.map(\.id) }
        } catch {
            observer(.storeFailed(error))
            wait = min(wait, Takeover.retryInterval)
        }
        let left = claimed.withLock { $0 }.filter { !isContinued($0) }
        claimed.withLock { $0 = left }
        if !left.isEmpty { wait = min(wait, Takeover.retryInterval) }
        alarms.call(at: .now + wait) { [weak self] in self?.renewLease() }
    }

    private func isContinued(_ id: TaskID) -> Bool {
        do throws(StoreError) {
            return try continueTask(id)
        } catch {
            observer(.storeFailed(error))
            return false
        }
    }

    /// Continues with a task that another process has begun; false if there is no room for it now.
    private func continueTask(_ id: TaskID) throws(StoreError) -> Bool {
        guard let task = try registry.record(id) else { return true }
        guard task.isUnmade, let order = task.order else {
            if let adopted = try registry.adopt(id) { outbox.resume(adopted) }
            return true
        }
        let blob = try images.blob(order.reference)
        do throws(TaskError) {
            try scheduler.promise(1)
        } catch {
            return false
        }
        let adopted: TaskRecord?
        do throws(StoreError) {
            adopted = try registry.adopt(id)
        } catch {
            scheduler.cancelPromise(1)
            throw error
        }
        if let adopted, adopted.isUnmade, let blob {
            let image = InputImage(
                owned: OwnedBlob(order.reference, blob, in: images), digest: order.image,
                decodingBytes: order.decodingBytes)
            scheduler.enter(adopted, image, order.recipe)
        } else {
            scheduler.cancelPromise(1)
            let now = registry.clock.now(for: task.namespace.key)
            let failure = Outcome.failed(Failure(.storage, "the image is gone"))
            registry.setMade(
                id, of: task.namespace.key, task.content, TaskRecord.Made(failure, finished: now))
        }
        if let adopted { outbox.resume(adopted) }
        return true
    }
}
