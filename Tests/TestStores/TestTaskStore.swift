import System
public import Tasks
public import Time

/// A store written with nothing but the public interface of `Tasks`, one connection to a database that several may share. It
/// fails and takes its time as a test says.
public final class TestTaskStore: TaskStore {
    /// What several connections share.
    public final class Database: Sendable {
        fileprivate let state = Locked(State())

        public init() {}

        public var count: Int { state.withLock { $0.rows.count } }
    }

    fileprivate struct State {
        var rows: [TaskID: (record: TaskRecord, owner: LeaseOwner)] = [:]
        var leases: [LeaseOwner: Ticks] = [:]
    }

    public let trouble = Trouble()
    private let database: Database

    public init(_ database: Database = Database()) { self.database = database }

    public var mayWait: Bool { true }
    public var count: Int { database.count }

    public func record(_ id: TaskID) throws(StoreError) -> TaskRecord? {
        try trouble.meet()
        return database.state.withLock { $0.rows[id]?.record }
    }

    public func commit(_ changes: [TaskChange], by owner: LeaseOwner) throws(StoreError) {
        try trouble.meet()
        try database.state.withLock { state throws(StoreError) in
            var rows = state.rows
            for change in changes {
                switch change {
                case .insert(let record):
                    if rows[record.id] != nil { throw .taken(record.id) }
                    rows[record.id] = (record, owner)
                case .update(var record):
                    guard let row = rows[record.id], row.record.version == record.version else {
                        throw .conflict(record.id)
                    }
                    record.version += 1
                    rows[record.id] = (record, row.owner)
                case .remove(let id):
                    rows[id] = nil
                }
            }
            state.rows = rows
        }
    }

    public func renew(_ owner: LeaseOwner, for time: Interval) throws(StoreError) {
        try trouble.meet()
        database.state.withLock { $0.leases[owner] = .now + time }
    }

    public func claim(for owner: LeaseOwner, atMost limit: Int) throws(StoreError) -> [TaskRecord] {
        try trouble.meet()
        return database.state.withLock { state in
            let now = Ticks.now
            var claimed: [TaskRecord] = []
            for (id, row) in state.rows where claimed.count < limit && row.owner != owner {
                guard state.leases[row.owner] ?? now <= now, row.record.isUnmade || row.record.hasUnsent else {
                    continue
                }
                state.rows[id]?.owner = owner
                claimed.append(row.record)
            }
            return claimed
        }
    }

    public func list(_ key: KeyID?, after id: TaskID?, atMost limit: Int) throws(StoreError) -> [TaskRecord] {
        try trouble.meet()
        return database.state.withLock { state in
            let found = state.rows.values.map(\.record).filter { record in
                (key == nil || record.namespace.key == key) && id.map { $0 < record.id } ?? true
            }
            return Array(found.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    public func removeAll(_ key: KeyID?) throws(StoreError) {
        try trouble.meet()
        database.state.withLock { state in
            state.rows = state.rows.filter { key != nil && $0.value.record.namespace.key != key }
        }
    }
}
