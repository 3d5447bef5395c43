internal import Crypto

/// All that is written down: the tasks, the pictures, and who owes what.
struct Books: Sendable {
    let clock: Clock
    let store: any TaskStore
    let ledger: Ledger
    let pictures = Pictures()
    /// Where the pictures are.
    let results: Spool
    let retention: Int64

    init(_ settings: Settings, _ clock: Clock, _ store: any TaskStore, _ notice: @escaping Notice.Hearer) {
        (self.clock, self.store, retention) = (clock, store, settings.taskRetention)
        ledger = Ledger(balance: settings.balance, limit: settings.namespaceLimit)
        results = Spool(folder: settings.spoolFolder, memory: settings.resultMemory, notice)
    }

    /// Writes how a task ended, and settles what it costs.
    func close(_ record: TaskRecord, _ outcome: Outcome, started: Int64, finished: Int64) {
        // A task may have come while its picture was being made already.
        let (started, finished) = (max(started, record.accepted), max(finished, record.accepted))
        var forgotten = finished.later(by: retention)
        if outcome == .ready { forgotten = max(forgotten, finished.later(by: record.resultLifetime)) }
        let end = TaskRecord.End(outcome, started: started, finished: finished, forgotten: forgotten)
        // Who sees that a task has ended has the place and the credits it had.
        ledger.settle(record.cost, for: record.namespace, isCharged: outcome == .ready)
        store.end(record.id, end)
    }

    /// Keeps a picture for as long as any of these tasks may show it.
    func keep(_ picture: Picture, for tasks: [TaskRecord], finished: Int64) {
        for task in tasks {
            let until = max(finished, task.accepted).later(by: task.resultLifetime)
            pictures.keep(picture, task.content, for: task.namespace, until: until)
        }
    }

    /// A task that is known at this time.
    func record(_ id: TaskID, at now: Int64) -> TaskRecord? {
        guard let record = store.record(id) else { return nil }
        if let end = record.end, end.forgotten <= now { return nil }
        return record
    }

    /// Lets go of whatever is over.
    func forget(at now: Int64) {
        store.forget(at: now)
        pictures.forget(at: now)
        results.tidy()
    }
}
