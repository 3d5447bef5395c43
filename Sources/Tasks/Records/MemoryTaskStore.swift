internal import Synchronization
internal import System
internal import Time

/// Keeps tasks in memory, in parts with a lock each, so that a poll waits for nobody.
public final class MemoryTaskStore: TaskStore {
    private let shards: [Locked<Shard>]
    private let total = Atomic<Int>(0)

    private struct Shard {
        var rows: [TaskID: Row] = [:]
        var due = DueQueue<Int64, TaskID>()
    }

    /// A record where a growing table does not move it.
    private final class Row {
        var record: TaskRecord

        init(_ record: TaskRecord) { self.record = record }
    }

    public init() {
        shards = (0..<64).map { _ in Locked(Shard()) }
    }

    public var count: Int { total.load(ordering: .relaxed) }

    public func insert(_ record: TaskRecord) -> Bool {
        let isNew = shard(record.id).withLock { shard in
            guard shard.rows[record.id] == nil else { return false }
            shard.rows[record.id] = Row(record)
            return true
        }
        if isNew { total.add(1, ordering: .relaxed) }
        return isNew
    }

    public func record(_ id: TaskID) -> TaskRecord? {
        shard(id).withLock { $0.rows[id]?.record }
    }

    public func end(_ id: TaskID, _ end: TaskRecord.End) {
        shard(id).withLock { shard in
            guard let row = shard.rows[id] else { return }
            row.record.end = end
            shard.due.insert(id, at: end.forgotten)
        }
    }

    public func forget(at now: Int64) {
        for shard in shards {
            let gone = shard.withLock { shard in
                var gone = 0
                while let id = shard.due.removeDue(at: now)?.element {
                    shard.rows[id] = nil
                    gone += 1
                }
                return gone
            }
            total.subtract(gone, ordering: .relaxed)
        }
    }

    /// The lowest bits of an id are random, whatever its version.
    private func shard(_ id: TaskID) -> Locked<Shard> {
        shards[Int(truncatingIfNeeded: id.high & 63)]
    }
}
