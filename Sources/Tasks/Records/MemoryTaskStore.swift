internal import Synchronization
internal import System
public import Time

/// Stores records in memory, in shards with one lock each to reduce contention between polls.
public final class MemoryTaskStore: TaskStore {
    private let shards: [Shard]
    private let total = Atomic<Int>(0)
    private let leases = Locked<[LeaseOwner: Ticks]>([:])

    private final class Shard: @unchecked Sendable {
        // A value without a size would share the object's address: the thread sanitizer takes that for a race.
        let lock = Locked(false)
        // Accessed only under the lock.
        var rows: [TaskID: Row] = [:]
    }

    /// Holds a record by reference, so that a growing table does not move it.
    private final class Row {
        var record: TaskRecord
        var owner: LeaseOwner

        init(_ record: TaskRecord, _ owner: LeaseOwner) { (self.record, self.owner) = (record, owner) }
    }

    public init() {
        shards = (0..<64).map { _ in Shard() }
    }

    public var mayWait: Bool { false }
    public var count: Int { total.load(ordering: .relaxed) }

    public func record(_ id: TaskID) -> TaskRecord? {
        let shard = shard(id)
        return shard.lock.withLock { _ in shard.rows[id]?.record }
    }

    public func commit(_ changes: [TaskChange], by owner: LeaseOwner) throws(StoreError) {
        try locking(Set(changes.map { index($0.id) }).sorted()[...]) { () throws(StoreError) in
            for change in changes { try check(change) }
            for change in changes { apply(change, owner) }
        }
    }

    /// Calls `body` with the locks of these shards held. Locks are acquired in index order.
    private func locking(_ indices: ArraySlice<Int>, _ body: () throws(StoreError) -> Void) throws(StoreError) {
        guard let first = indices.first else { return try body() }
        try shards[first].lock.withLock { _ throws(StoreError) in try locking(indices.dropFirst(), body) }
    }

    private func check(_ change: TaskChange) throws(StoreError) {
        let row = shard(change.id).rows[change.id]
        switch change {
        case .insert: if row != nil { throw .taken(change.id) }
        case .update(let record): if row?.record.version != record.version { throw .conflict(change.id) }
        case .remove: break
        }
    }

    private func apply(_ change: TaskChange, _ owner: LeaseOwner) {
        let shard = shard(change.id)
        switch change {
        case .insert(let record):
            shard.rows[record.id] = Row(record, owner)
            total.add(1, ordering: .relaxed)
        case .update(let record):
            shard.rows[record.id]?.record = record
            shard.rows[record.id]?.record.version += 1
        case .remove(let id):
            if shard.rows.removeValue(forKey: id) != nil { total.subtract(1, ordering: .relaxed) }
        }
    }

    // MARK: - Leases

    public func renew(_ owner: LeaseOwner, for time: Interval) {
        leases.withLock { $0[owner] = .now + time }
    }

    public func claim(for owner: LeaseOwner, atMost limit: Int) -> [TaskRecord] {
        let now = Ticks.now
        let alive = leases.withLock { leases in
            leases = leases.filter { $0.value > now }
            return Set(leases.keys).union([owner])
        }
        var claimed: [TaskRecord] = []
        for shard in shards {
            shard.lock.withLock { _ in
                for row in shard.rows.values
                where claimed.count < limit && !alive.contains(row.owner)
                    && (row.record.isUnmade || row.record.hasUnsent)
                {
                    row.owner = owner
                    claimed.append(row.record)
                }
            }
        }
        return claimed
    }

    // MARK: - Many records

    public func list(_ key: KeyID?, after id: TaskID?, atMost limit: Int) -> [TaskRecord] {
        var found: [TaskRecord] = []
        for shard in shards {
            shard.lock.withLock { _ in
                for row in shard.rows.values
                where (key == nil || row.record.namespace.key == key) && (id.map { $0 < row.record.id } ?? true) {
                    found.append(row.record)
                }
            }
        }
        return Array(found.sorted { $0.id < $1.id }.prefix(limit))
    }

    public func removeAll(_ key: KeyID?) {
        for shard in shards {
            let removed = shard.lock.withLock { _ in
                let before = shard.rows.count
                if let key {
                    shard.rows = shard.rows.filter { $0.value.record.namespace.key != key }
                } else {
                    shard.rows = [:]
                }
                return before - shard.rows.count
            }
            total.subtract(removed, ordering: .relaxed)
        }
    }

    // MARK: - Shards

    /// The lowest bits of an ID are random in any UUID version.
    private func index(_ id: TaskID) -> Int { Int(truncatingIfNeeded: id.high & 63) }

    private func shard(_ id: TaskID) -> Shard { shards[index(id)] }
}
