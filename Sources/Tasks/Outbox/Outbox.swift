internal import Bytes
import Outbound
internal import System
internal import Time

/// Sends the webhooks and uploads of ended tasks, and retries failed ones by their schedule.
///
/// Attempts are due in the emulated time of the task's key. Each attempt composes its message from the current task
/// record, on a sending thread, so that no composed message waits in memory.
final class Outbox: Sendable {
    /// Composes the message of an entry, on a thread that may read files; `nil` if there is nothing to send.
    typealias Composer = @Sendable (TaskView, OutboxEntry) throws(Errno) -> Message?

    private let registry: TaskRegistry
    private let agenda: Agenda
    private let pool: OutboundPool<Namespace>
    private let composers = Locked<[(service: StaticString, compose: Composer)]>([])
    private let source = Locked<Agenda.Source?>(nil)

    init(_ registry: TaskRegistry, _ agenda: Agenda, _ pool: OutboundPool<Namespace>) {
        (self.registry, self.agenda, self.pool) = (registry, agenda, pool)
        source.withLock { $0 = agenda.source("message") { [weak self] id, _ in self?.sendDue(TaskID(number: id)) } }
        registry.whenEnded { [weak self] record in self?.begin(record) }
    }

    /// Sets the composer for the tasks of a service.
    func compose(for service: StaticString, _ compose: @escaping Composer) {
        composers.withLock { $0.append((service, compose)) }
    }

    var services: [StaticString] { composers.withLock { $0.map(\.service) } }

    /// Schedules the entries of a task that has ended.
    private func begin(_ record: TaskRecord) {
        guard let end = record.end else { return }
        schedule(record, at: end.finished)
    }

    /// Continues a task that another process accepted. If it has not ended, its entries are sent when it does.
    func resume(_ record: TaskRecord) {
        if record.end == nil { return }
        let now = agenda.clock.now(for: record.namespace.key)
        for entry in record.outbox where !entry.isDone { schedule(record, at: max(entry.next ?? now, now)) }
    }

    /// Whether anything is being sent, or is due before a moment of real time.
    func isBusy(before moment: Ticks) -> Bool {
        agenda.isWorking || source.withLock { $0.map { agenda.hasEntries(of: $0, before: moment) } ?? false }
    }

    private func schedule(_ record: TaskRecord, at instant: Instant) {
        guard let source = source.withLock({ $0 }) else { return }
        agenda.add(source, record.id.number, for: record.namespace.key, at: instant)
    }

    private func sendDue(_ id: TaskID) {
        var due: [(number: Int, entry: OutboxEntry)] = []
        let view: TaskView?
        do throws(StoreError) {
            view = try registry.change(id) { record, now -> TaskView in
                due = []
                for (number, entry) in record.outbox.enumerated() where !entry.isDone && !entry.isBeingTried {
                    guard entry.next ?? now <= now else { continue }
                    record.outbox[number].isBeingTried = true
                    due.append((number, entry))
                }
                return record.view(at: now)
            }
        } catch {
            registry.note(error)
            return registry.later { [weak self] _ in self?.sendDue(id) }
        }
        guard let view else { return }
        for (number, entry) in due { send(number, entry, of: view) }
    }

    private func send(_ number: Int, _ entry: OutboxEntry, of view: TaskView) {
        let namespace = view.record.namespace
        let work = agenda.begin(for: namespace.key)
        do throws(OutboundError) {
            try pool.submit(for: namespace) { [self] client in
                let end = attempt(number, entry, of: view, client)
                finish(number, of: view, try: entry, failed: end.error, end.message, work)
            }
        } catch {
            finish(number, of: view, try: entry, failed: error, nil, work)
        }
    }

    /// Makes one attempt to send an entry.
    private func attempt(
        _ number: Int, _ entry: OutboxEntry, of view: TaskView, _ client: Client
    ) -> (error: OutboundError?, message: Message?) {
        var message: Message?
        do throws(Errno) {
            let composers = composers.withLock { $0 }
            message = try composers.first { view.record.namespace.belongs(to: $0.service) }?.compose(view, entry)
        } catch {
            // A disk read failed. It may succeed later.
            return (.broken, nil)
        }
        guard let message else { return (nil, nil) }
        do throws(OutboundError) {
            let status = try pool.send(message, with: client, within: entry.timeout)
            pool.tell(Delivery(message, tries: entry.tries + 1, .success(status)))
            return (nil, message)
        } catch {
            return (error, message)
        }
    }

    /// Writes the result of an attempt. Time does not advance before that.
    private func finish(
        _ number: Int, of view: TaskView, try entry: OutboxEntry, failed error: OutboundError?, _ message: Message?,
        _ work: Agenda.Work
    ) {
        var retry: (wait: Interval, at: Instant)?
        do throws(StoreError) {
            try registry.change(view.id) { record, now in
                retry = nil
                record.outbox[number].isBeingTried = false
                // An attempt that shutdown interrupted does not count.
                if error != .stopped { record.outbox[number].tries += 1 }
                guard let error, error != .stopped, error.mayPass || entry.retry.insists && error.isAnswer,
                    entry.tries < entry.retry.delays.count
                else {
                    record.outbox[number].isDone = error != .stopped
                    return
                }
                let wait = entry.retry.delays[entry.tries]
                retry = (wait, now + wait)
                record.outbox[number].next = now + wait
            }
        } catch let failure {
            registry.note(failure)
            return registry.later { [weak self] _ in
                self?.finish(number, of: view, try: entry, failed: error, message, work)
            }
        }
        if let retry { schedule(view.record, at: retry.at) }
        if let error, let message {
            pool.tell(
                Delivery(
                    message, tries: error == .stopped ? entry.tries : entry.tries + 1, .failure(error),
                    nextTry: retry?.wait))
        }
        withExtendedLifetime(work) {}
    }
}
