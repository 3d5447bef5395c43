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
    /// Decides what goes wrong with each attempt.
    private let fault = Locked(FaultDecider())
    /// The messages of each namespace that wait to be sent in reverse: when the first is sent, and how many they are.
    private let reversed = Locked<[Namespace: (last: Instant, count: Int)]>([:])

    typealias Fault = @Sendable (TaskView, OutboxEntry) -> MessageFault?

    /// A closure that is a generic value itself would be wrapped anew at each access.
    private struct FaultDecider {
        var decide: Fault?
    }

    init(_ registry: TaskRegistry, _ agenda: Agenda, _ pool: OutboundPool<Namespace>) {
        (self.registry, self.agenda, self.pool) = (registry, agenda, pool)
        source.withLock {
            $0 = agenda.source("message") { [weak self] id, _ in self?.sendDue(TaskID(number: id)) ?? { "nothing" } }
        }
        registry.whenEnded { [weak self] record in self?.begin(record) }
    }

    /// Sets the composer for the tasks of a service.
    func compose(for service: StaticString, _ compose: @escaping Composer) {
        composers.withLock { $0.append((service, compose)) }
    }

    /// Sets what decides about the faults of attempts.
    func setFault(_ body: @escaping Fault) { fault.withLock { $0.decide = body } }

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

    /// Begins the attempts of a task that are due. Returns what happened.
    private func sendDue(_ id: TaskID) -> Agenda.Account {
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
            registry.later { [weak self] _ in _ = self?.sendDue(id) }
            return { "store failed" }
        }
        guard let view, let first = due.first else { return { "nothing" } }
        let report = Report(first.entry.kind)
        for (number, entry) in due { send(number, entry, of: view, number == first.number ? report : nil) }
        return { report.what }
    }

    private func send(_ number: Int, _ entry: OutboxEntry, of view: TaskView, _ report: Report?) {
        let namespace = view.record.namespace
        let work = agenda.begin(for: namespace.key)
        // A delayed attempt has had its fault drawn before.
        let fault = entry.fault ?? self.fault.withLock({ $0 }).decide?(view, entry)
        if let fault {
            if !entry.isDelayed, let delay = delay(of: fault, namespace) {
                report?.set(.delayed)
                return wait(delay, number, of: view, fault, work)
            }
            if fault.isEarly { hide(view) }
            if fault.drops || fault.failure != nil {
                return finish(
                    number, of: view, try: entry, failed: fault.failure, nil, work, report,
                    success: fault.drops ? .dropped : .sent)
            }
        }
        do throws(OutboundError) {
            try pool.submit(for: namespace) { [self] client in
                var end = attempt(number, entry, of: view, client, fault)
                for _ in 1..<max(1, fault?.repeats ?? 1) { end = attempt(number, entry, of: view, client, fault) }
                finish(number, of: view, try: entry, failed: end.error, end.message, work, report)
            }
        } catch {
            finish(number, of: view, try: entry, failed: error, nil, work, report)
        }
    }

    /// The time that an attempt waits first.
    private func delay(of fault: MessageFault, _ namespace: Namespace) -> Interval? {
        guard fault.isReversed else { return fault.delay }
        let now = agenda.clock.now(for: namespace.key)
        let due = reversed.withLock { reversed in
            var batch = reversed[namespace] ?? (now + (fault.delay ?? MessageFault.reversalTime), 0)
            if batch.last <= now || batch.count >= 100 {
                batch = (now + (fault.delay ?? MessageFault.reversalTime), 0)
            }
            let due = batch.last - MessageFault.reversalStep * batch.count
            batch.count += 1
            reversed[namespace] = batch
            return due
        }
        return max(.milliseconds(1), due - now)
    }

    /// Has an attempt made later.
    private func wait(_ delay: Interval, _ number: Int, of view: TaskView, _ fault: MessageFault, _ work: Agenda.Work) {
        var due: Instant?
        do throws(StoreError) {
            try registry.change(view.id) { record, now in
                record.outbox[number].isBeingTried = false
                record.outbox[number].isDelayed = true
                record.outbox[number].fault = fault
                record.outbox[number].next = now + delay
                due = now + delay
            }
        } catch {
            registry.note(error)
            return registry.later { [weak self] _ in self?.wait(delay, number, of: view, fault, work) }
        }
        if let due { schedule(view.record, at: due) }
        withExtendedLifetime(work) {}
    }

    /// Shows polls a task as if it had not ended, for a while.
    private func hide(_ view: TaskView) {
        _ = try? registry.change(view.id) { record, now in record.hiddenUntil = now + MessageFault.earlyTime }
    }

    /// Makes one attempt to send an entry.
    private func attempt(
        _ number: Int, _ entry: OutboxEntry, of view: TaskView, _ client: Client, _ fault: MessageFault?
    ) -> (error: OutboundError?, message: Message?) {
        var message: Message?
        do throws(Errno) {
            let composers = composers.withLock { $0 }
            message = try composers.first { view.record.namespace.belongs(to: $0.service) }?.compose(view, entry)
        } catch {
            // A disk read failed. It may succeed later.
            return (.broken, nil)
        }
        guard var message else { return (nil, nil) }
        if let secret = fault?.secret { message.replace(secret: secret) }
        if let body = fault?.body { message.body = SharedBytes(ByteBuffer(body)) }
        if fault?.breaksJSON ?? false {
            let whole = message.body
            message.body = SharedBytes(ByteBuffer(whole.bytes.extracting(..<(whole.count / 2))))
        }
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
        _ work: Agenda.Work, _ report: Report?, success: Report.Result = .sent
    ) {
        var retry: (wait: Interval, at: Instant)?
        do throws(StoreError) {
            try registry.change(view.id) { record, now in
                retry = nil
                record.outbox[number].isBeingTried = false
                (record.outbox[number].isDelayed, record.outbox[number].fault) = (false, nil)
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
                self?.finish(number, of: view, try: entry, failed: error, message, work, report, success: success)
            }
        }
        report?.set(error == nil ? success : retry == nil ? .givenUp : .failed)
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

/// What becomes of an attempt to send a message.
private final class Report: Sendable {
    enum Result { case none, delayed, dropped, sent, failed, givenUp }

    private let kind: Message.Kind
    private let result = Locked(Result.none)

    init(_ kind: Message.Kind) { self.kind = kind }

    func set(_ result: Result) { self.result.withLock { $0 = result } }

    var what: StaticString {
        switch (kind, result.withLock { $0 }) {
        case (_, .none): "nothing"
        case (.webhook, .delayed): "webhook delayed"
        case (.webhook, .dropped): "webhook dropped"
        case (.webhook, .sent): "webhook sent"
        case (.webhook, .failed): "webhook failed"
        case (.webhook, .givenUp): "webhook given up"
        case (.upload, .delayed): "upload delayed"
        case (.upload, .dropped): "upload dropped"
        case (.upload, .sent): "upload sent"
        case (.upload, .failed): "upload failed"
        case (.upload, .givenUp): "upload given up"
        }
    }
}
