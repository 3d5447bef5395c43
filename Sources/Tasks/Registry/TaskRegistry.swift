internal import Crypto
internal import Outbound
internal import Synchronization
internal import System
internal import Time

/// Reads, changes and writes all task records, and runs the effects of a task's end.
///
/// Charges, expiry, webhooks and uploads follow the visible end of a task (`TaskRecord.end`), whether a poll, the
/// finished picture or the clock caused it.
final class TaskRegistry: Sendable {
    let clock: Clock
    let store: any TaskStore
    let ledger: CreditLedger
    let results: ResultCache
    let owner = LeaseOwner.random()
    private let agenda: Agenda
    private let alarms: Alarms
    private let eventObserver: Event.Observer
    /// Schedules the tasks' due times on the agenda.
    private let source = Locked<Agenda.Source?>(nil)
    /// Called with each task that has ended and has something to send.
    private let outbox = Locked(EndHandler())
    private let observers = Locked<[TaskID: [(number: UInt64, call: TaskObserver)]]>([:])
    private let observerCount = Atomic<UInt64>(0)
    /// Results that could not be written to the store yet, each with the input image that another process may still
    /// need.
    private let unwritten = Locked<[TaskID: (made: TaskRecord.Made, image: InputImage?)]>([:])
    private let unsent = Atomic<Int>(0)
    /// The number of busy tasks per key.
    private let busy = Locked<[KeyID: Int]>([:])
    /// Tasks whose visible state now depends on an unfinished picture. Emulated time does not advance past them.
    private let awaiting = Locked<[TaskID: Agenda.Work]>([:])

    /// A closure that is a generic value itself would be wrapped anew at each access.
    private struct EndHandler {
        var call: (@Sendable (TaskRecord) -> Void)?
    }

    /// The delay between attempts to write to a failing store.
    private static let retryInterval = Interval.milliseconds(250)

    init(
        _ settings: Settings, _ agenda: Agenda, _ alarms: Alarms, _ store: any TaskStore,
        _ observer: @escaping Event.Observer
    ) {
        (clock, self.agenda, self.alarms, self.store) = (agenda.clock, agenda, alarms, store)
        eventObserver = observer
        ledger = CreditLedger(balance: settings.balance, limit: settings.namespaceLimit)
        results = ResultCache(limit: settings.resultBytes)
        source.withLock {
            $0 = agenda.source("task") { [weak self] id, _ in self?.settle(TaskID(number: id)) ?? { "nothing" } }
        }
    }

    /// Sets the handler for each task that has ended and has something to send.
    func whenEnded(_ body: @escaping @Sendable (TaskRecord) -> Void) { outbox.withLock { $0.call = body } }

    /// The number of tasks with an unfinished webhook or upload.
    var unsentTasks: Int { unsent.load(ordering: .acquiring) }

    /// Whether a task of a key, or of any, is unfinished or has messages to send.
    func isBusy(_ key: KeyID?) -> Bool { busy.withLock { busy in key.map { busy[$0] != nil } ?? !busy.isEmpty } }

    private func countBusy(_ record: TaskRecord, by change: Int) {
        busy.withLock { busy in
            let count = busy[record.namespace.key, default: 0] + change
            busy[record.namespace.key] = count > 0 ? count : nil
        }
    }

    // MARK: - Reading

    /// The current state of a task, or `nil` if it never existed or is forgotten.
    func view(_ id: TaskID) throws(StoreError) -> TaskView? {
        guard let record = try record(id) else { return nil }
        let view = record.view(at: now(of: record))
        // A state change and its effects are written before any caller sees the new state.
        if view.record.end != nil, record.end == nil { return known(try change(id) { $0.view(at: $1) }) }
        return known(view)
    }

    /// Like `view`, and counts as a poll by the client.
    func poll(_ id: TaskID, of service: StaticString) throws(StoreError) -> TaskView? {
        guard let record = try record(id), record.namespace.belongs(to: service) else { return nil }
        // A poll does not change a task that has ended and is in its last step.
        if record.end != nil, record.position.isLast(in: record.life) {
            return known(record.view(at: now(of: record)))
        }
        let view = record.view(at: now(of: record))
        return view.state == .awaitingPicture ? view : known(try change(id) { $0.poll(at: $1) })
    }

    /// Returns the view, or `nil` if its task is forgotten.
    private func known(_ view: TaskView?) -> TaskView? {
        guard let view, let end = view.record.end else { return view }
        return end.forgotten <= now(of: view.record) ? nil : view
    }

    private func now(of record: TaskRecord) -> Instant { clock.now(for: record.namespace.key) }

    /// A record, including a result that is not written to the store yet.
    func record(_ id: TaskID) throws(StoreError) -> TaskRecord? {
        guard var record = try store.record(id) else { return nil }
        if record.made == nil, let made = unwritten.withLock({ $0.isEmpty ? nil : $0[id]?.made }) { record.set(made) }
        return record
    }

    // MARK: - Writing

    /// Inserts accepted tasks, all or none. Throws `StoreError.taken` if an ID is in use.
    func insert(_ records: [TaskRecord]) throws(StoreError) {
        var records = records
        for index in records.indices {
            records[index].advance(to: records[index].accepted)
            records[index].scheduled = records[index].due
        }
        try store.commit(records.map { .insert($0) }, by: owner)
        for record in records {
            if record.hasUnsent { unsent.add(1, ordering: .relaxed) }
            if record.isBusy { countBusy(record, by: 1) }
            holdTime(of: record, record.accepted)
            schedule(record)
            // A life may consist of its final step only.
            if let end = record.end {
                ledger.settle(record.id, isCharged: end.outcome == .ready)
                if record.hasUnsent { outbox.withLock { $0 }.call?(record) }
            }
        }
    }

    /// Continues a task that another process accepted; `nil` if the task is gone.
    func adopt(_ id: TaskID) throws(StoreError) -> TaskRecord? {
        guard let record = try record(id) else { return nil }
        if record.hasUnsent { unsent.add(1, ordering: .relaxed) }
        if record.isBusy { countBusy(record, by: 1) }
        do throws(StoreError) {
            let isKnown: Void? = try change(id) { record, _ in
                record.scheduled = .never
                for number in record.outbox.indices { record.outbox[number].isBeingTried = false }
            }
            return isKnown == nil ? nil : try self.record(id)
        } catch {
            if record.hasUnsent { unsent.subtract(1, ordering: .relaxed) }
            if record.isBusy { countBusy(record, by: -1) }
            throw error
        }
    }

    /// Writes the result of a task's picture. `image` is kept until the write succeeds.
    func setMade(
        _ id: TaskID, of key: KeyID, _ content: SHA256.Digest, _ made: TaskRecord.Made, _ image: InputImage? = nil
    ) {
        // Time does not advance between the change and its effects.
        let work = agenda.begin(for: key)
        defer { withExtendedLifetime(work) {} }
        do throws(StoreError) {
            let isKnown: Void? = try change(id) { record, _ in record.set(made) }
            if isKnown == nil { results.release(content, of: id) }
        } catch {
            note(error)
            let isFirst = unwritten.withLock { unwritten in
                defer { unwritten[id] = (made, image) }
                return unwritten.isEmpty
            }
            // The visible state now depends on the store, and no longer on the picture.
            endHold(of: id)
            if isFirst { retryLater() }
        }
    }

    private func retryLater() {
        later { $0.retry() }
    }

    /// Calls `body` after `retryInterval` of real time, to retry a failed store operation.
    func later(_ body: @escaping @Sendable (TaskRegistry) -> Void) {
        alarms.call(at: .now + Self.retryInterval) { [weak self] in
            if let self { body(self) }
        }
    }

    /// Reports a store failure to the event observer.
    func note(_ error: StoreError) { eventObserver(.storeFailed(error)) }

    private func retry() {
        for id in unwritten.withLock({ Array($0.keys) }) {
            do throws(StoreError) {
                // Reading the record merges the unwritten result into it.
                try change(id) { _, _ in }
                // The removed value may release an image, which must happen outside the lock.
                _ = unwritten.withLock { $0.removeValue(forKey: id) }
            } catch {
                note(error)
                break
            }
        }
        if unwritten.withLock({ !$0.isEmpty }) { retryLater() }
    }

    /// Advances a task to the current instant, when it is due. Returns what happened.
    private func settle(_ id: TaskID) -> Agenda.Account {
        do throws(StoreError) {
            let before = try change(id) { record, now in
                defer { if now >= record.scheduled { record.scheduled = .never } }
                return record
            }
            guard let before else { return { "nothing" } }
            return { [self] in account(of: before) }
        } catch {
            note(error)
            later { _ = $0.settle(id) }
            return { "store failed" }
        }
    }

    /// What has happened to a task since it was as `before`.
    private func account(of before: TaskRecord) -> StaticString {
        guard let after = try? record(before.id) else { return "task forgotten" }
        if before.end == nil, after.end != nil { return "task ended" }
        if !before.isResultReleased, after.isResultReleased { return "result expired" }
        return after.position.step > before.position.step ? "next state" : "nothing"
    }

    /// Changes a record, advances it to the current instant, writes it and runs the effects. Starts over if a
    /// concurrent change came first.
    @discardableResult
    func change<Value>(
        _ id: TaskID, _ body: (inout TaskRecord, Instant) -> Value
    ) throws(StoreError) -> Value? {
        while true {
            guard let old = try record(id) else { return nil }
            let now = now(of: old)
            var new = old
            let value = body(&new, now)
            new.advance(to: now)
            if let end = new.end, end.outcome != .ready || new.resultExpires ?? .never <= now {
                new.isResultReleased = true
            }
            // A message that is still to be sent is composed from the record.
            let isForgotten = (new.end.map { $0.forgotten <= now } ?? false) && !new.hasUnsent
            // A due instant in the past means that the task waits for an event, not for the time.
            let due = new.due
            let isScheduled = due > now && due < new.scheduled && !isForgotten
            if isScheduled { new.scheduled = due }
            // The slot and the credits are released before a caller can see that the task has ended.
            if old.end == nil, let end = new.end { ledger.settle(id, isCharged: end.outcome == .ready) }
            do throws(StoreError) {
                try store.commit([isForgotten ? .remove(id) : .update(new)], by: owner)
            } catch {
                if case .conflict = error { continue }
                throw error
            }
            if isScheduled { schedule(new) }
            effects(old, new, isForgotten: isForgotten, now)
            return value
        }
    }

    private func schedule(_ record: TaskRecord) {
        guard let source = source.withLock({ $0 }) else { return }
        agenda.add(source, record.id.number, for: record.namespace.key, at: record.scheduled)
    }

    /// Makes `Agenda.advance` wait for a task's picture while the visible state depends on it.
    private func holdTime(of record: TaskRecord, _ now: Instant) {
        guard record.awaitsPicture(at: now) else {
            // Changes arrive here in any order. One from before the wait must not end it.
            if record.end != nil || !record.isUnmade { endHold(of: record.id) }
            return
        }
        awaiting.withLock { awaiting in
            if awaiting[record.id] == nil { awaiting[record.id] = agenda.begin(for: record.namespace.key) }
        }
        // The picture may have been written after the change that led here.
        let current = try? self.record(record.id)
        if !(current?.awaitsPicture(at: now) ?? false) { endHold(of: record.id) }
    }

    private func endHold(of id: TaskID) {
        // The work must end outside the lock.
        let work = awaiting.withLock { $0.removeValue(forKey: id) }
        _ = consume work
    }

    /// Runs the effects of a written change, once.
    private func effects(_ old: TaskRecord, _ new: TaskRecord, isForgotten: Bool, _ now: Instant) {
        // The cache counted the task when its picture was made.
        let isCounted = old.holdsResult || old.made == nil && new.made?.outcome == .ready
        if isCounted, !new.holdsResult || isForgotten { results.release(new.content, of: new.id) }
        if old.hasUnsent, !new.hasUnsent || isForgotten { unsent.subtract(1, ordering: .releasing) }
        if old.isBusy, !new.isBusy || isForgotten { countBusy(new, by: -1) }
        if old.end == nil, new.end != nil {
            if new.hasUnsent { outbox.withLock { $0 }.call?(new) }
            let observers = observers.withLock { $0.removeValue(forKey: new.id) } ?? []
            for observer in observers { observer.call(new.view(at: now)) }
        }
        // This comes last because time may advance afterwards.
        if old.end == nil { holdTime(of: new, now) }
    }

    // MARK: - Reset, export and import

    /// Removes a task without a trace, except for its cost.
    func remove(_ record: TaskRecord) {
        guard let current = try? self.record(record.id), (try? store.commit([.remove(record.id)], by: owner)) != nil
        else {
            return
        }
        if current.holdsResult { results.release(current.content, of: current.id) }
        if current.hasUnsent { unsent.subtract(1, ordering: .releasing) }
        if current.isBusy { countBusy(current, by: -1) }
        unwritten.withLock { $0[record.id] = nil }
        // Observers and pending work are released outside the locks.
        let (work, observers) = (
            awaiting.withLock { $0.removeValue(forKey: record.id) },
            observers.withLock { $0.removeValue(forKey: record.id) }
        )
        _ = (consume work, consume observers)
    }

    /// Restores an imported task. Its picture and its reservation must exist already.
    func restore(_ record: TaskRecord) throws(StoreError) {
        var record = record
        record.scheduled = record.due
        try store.commit([.insert(record)], by: owner)
        if record.hasUnsent { unsent.add(1, ordering: .relaxed) }
        if record.isBusy { countBusy(record, by: 1) }
        holdTime(of: record, now(of: record))
        schedule(record)
    }

    // MARK: - Observing

    /// Calls `observer` when a task ends, on the thread that ends it, or immediately if it has ended. Returns false if
    /// there is no such task.
    func observe(_ id: TaskID, _ observer: @escaping TaskObserver) throws(StoreError) -> Bool {
        let number = observerCount.add(1, ordering: .relaxed).newValue
        observers.withLock { $0[id, default: []].append((number, observer)) }
        do throws(StoreError) {
            guard let view = try view(id) else {
                _ = takeObserver(number, of: id)
                return false
            }
            // The task has ended before or meanwhile. The thread that removes the observer calls it.
            if view.record.end != nil, takeObserver(number, of: id) { observer(view) }
            return true
        } catch {
            // The observer was already called, so the error does not matter.
            if !takeObserver(number, of: id) { return true }
            throw error
        }
    }

    /// Removes an observer. Returns false if it was removed before.
    private func takeObserver(_ number: UInt64, of id: TaskID) -> Bool {
        observers.withLock { observers in
            guard let index = observers[id]?.firstIndex(where: { $0.number == number }) else { return false }
            observers[id]?.remove(at: index)
            if observers[id]?.isEmpty ?? false { observers[id] = nil }
            return true
        }
    }
}

/// Receives the final view of a task.
public typealias TaskObserver = @Sendable (TaskView) -> Void

extension TaskRecord {
    /// Sets the result of the picture, unless there is one already.
    mutating func set(_ made: Made) {
        if self.made != nil { return }
        self.made = made
        order = nil
    }

    /// Whether the task counts as a holder of its picture in the result cache.
    var holdsResult: Bool { made?.outcome == .ready && !isResultReleased }
}
