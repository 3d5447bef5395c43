public import Time

/// Stores task records. Any thread may call it.
///
/// Records are versioned values. An update names the version it is based on, and is refused if another update came
/// first, so several processes can share a store. Each process holds a lease, which it renews while it runs. When a
/// lease expires, other processes claim the unfinished work of its owner.
public protocol TaskStore: Sendable {
    /// Whether calls may wait for a disk or a network. If so, they are never made on an event loop.
    var mayWait: Bool { get }

    /// The number of records.
    var count: Int { get }

    func record(_ id: TaskID) throws(StoreError) -> TaskRecord?

    /// Applies all changes or none. Inserted records belong to `owner`.
    func commit(_ changes: [TaskChange], by owner: LeaseOwner) throws(StoreError)

    /// Grants or renews a lease of `owner` for this much real time.
    func renew(_ owner: LeaseOwner, for time: Interval) throws(StoreError)

    /// Assigns to `owner` at most `limit` unfinished tasks (`TaskRecord.isUnmade`, `hasUnsent`) whose owner's lease has
    /// expired, and returns them.
    func claim(for owner: LeaseOwner, atMost limit: Int) throws(StoreError) -> [TaskRecord]

    /// At most `limit` records of a key, or of all keys, ordered by ID, after the given ID.
    func list(_ key: KeyID?, after id: TaskID?, atMost limit: Int) throws(StoreError) -> [TaskRecord]

    /// Removes the records of a key, or all.
    func removeAll(_ key: KeyID?) throws(StoreError)
}

/// One change to a store.
public enum TaskChange: Sendable {
    /// Fails with `StoreError.taken` if a record with this ID exists.
    case insert(TaskRecord)
    /// Replaces a record and increments its version. Fails with `StoreError.conflict` if the stored version differs.
    case update(TaskRecord)
    case remove(TaskID)
}

/// A process that uses a store.
public struct LeaseOwner: Hashable, Sendable {
    public let number: UInt128

    public init(_ number: UInt128) { self.number = number }

    /// A random owner, unique to this process.
    public static func random() -> LeaseOwner { LeaseOwner(.random(in: 1 ... .max)) }
}

/// Why a store operation failed.
public enum StoreError: Error, Hashable, Sendable {
    /// A record with the inserted ID exists.
    case taken(TaskID)
    /// A record was changed by another writer, or is gone.
    case conflict(TaskID)
    /// The store cannot be reached or written; a retry may succeed.
    case unavailable(String)
}

extension TaskChange {
    public var id: TaskID {
        switch self {
        case .insert(let record), .update(let record): record.id
        case .remove(let id): id
        }
    }
}
