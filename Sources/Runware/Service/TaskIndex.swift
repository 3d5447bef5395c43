import Bytes
import System
import Tasks
import Time

/// The tasks of each caller, by their taskUUIDs.
///
/// An entry expires after the retention time, measured by its key's clock. If there are too many entries, or they take
/// too much memory, the oldest are removed: first tasks that were refused or immediate, which cost the caller nothing,
/// and then the others.
final class TaskIndex: Sendable {
    private let agenda: Agenda
    private let limit: Int
    private let memory: Int
    private let retention: Interval
    private let state = Locked(State())
    private let source = Locked<Agenda.Source?>(nil)

    struct Key: Hashable, Sendable {
        let namespace: Namespace
        let id: TaskID
    }

    /// A recorded task.
    struct Entry: Sendable {
        let type: TaskType
        /// The task as it was sent, with long strings shortened.
        let request: SharedBytes
        var state: State

        enum State: Sendable {
            /// The task's image is being fetched or decoded.
            case preparing(taskUUID: String)
            case accepted(AcceptedInference)
            /// The task failed after it was acknowledged.
            case failed(Answer)
            /// The task was refused, or was an immediate task.
            case answered(Answer)
        }

        /// The last answer sent about this taskUUID, if it differs from the state.
        var refusal: Answer?

        /// The approximate memory of the entry.
        fileprivate var weight: Int {
            let told =
                switch state {
                case .preparing: 0
                case .accepted(let task): 300 + 16 * task.results.count
                case .failed(let answer), .answered(let answer): answer.weight
                }
            return 400 + request.count + told + (refusal?.weight ?? 0)
        }
    }

    private struct State {
        var rows: [Key: Row] = [:]
        /// The memory of all rows.
        var weight = 0
        /// The keys of entries by their sequence numbers.
        var keys: [UInt64: Key] = [:]
        /// The sequence numbers of outpainting tasks and of all other entries, oldest first.
        var begun = Queue<UInt64>()
        var noted = Queue<UInt64>()
        var next: UInt64 = 0

        mutating func remove(_ number: UInt64) {
            guard let key = keys.removeValue(forKey: number), let row = rows[key], row.number == number else { return }
            weight -= row.entry.weight
            rows[key] = nil
        }
    }

    private struct Row {
        var entry: Entry
        let number: UInt64
        let expires: Instant
    }

    /// Creates an index of at most `limit` entries that take about `memory` bytes, each kept for `retention`.
    init(_ agenda: Agenda, limit: Int, memory: Int, retention: Interval) {
        (self.agenda, self.limit, self.memory, self.retention) = (agenda, limit, memory, retention)
        source.withLock {
            $0 = agenda.source("taskUUID") { [weak self] number, _ in
                self?.state.withLock { $0.remove(UInt64(truncatingIfNeeded: number)) }
                return { "taskUUID forgotten" }
            }
        }
    }

    var count: Int { state.withLock { $0.rows.count } }
    /// The approximate memory of all entries.
    var weight: Int { state.withLock(\.weight) }

    private func now(_ key: Key) -> Instant { agenda.clock.now(for: key.namespace.key) }

    func entry(_ key: Key) -> Entry? {
        let now = now(key)
        return state.withLock { $0.rows[key].flatMap { $0.expires > now ? $0.entry : nil } }
    }

    /// Records a task; returns false if its taskUUID is in use by a task that was neither refused nor has ended.
    /// `hasEnded` decides the latter; it receives `nil` for a task that failed before it was accepted. If the
    /// result is false, `refusal` becomes the last answer of the existing entry.
    func begin(
        _ key: Key, _ entry: Entry, orRefuse refusal: Answer,
        unless hasEnded: (AcceptedInference?) -> Bool = { _ in false }
    ) -> Bool {
        let now = now(key)
        let number: UInt64? = state.withLock { state in
            if let row = state.rows[key], row.expires > now, isTaken(row.entry.state, unless: hasEnded) {
                change(key, &state) { $0.refusal = refusal }
                return nil
            }
            return insert(key, entry, in: \.begun, until: now + retention, &state)
        }
        if let number { schedule(number, key, at: now + retention) }
        return number != nil
    }

    /// Whether a taskUUID is in use, by the same rules as in ``begin``.
    func isTaken(_ key: Key, unless hasEnded: (AcceptedInference?) -> Bool) -> Bool {
        isTaken(entry(key)?.state, unless: hasEnded)
    }

    private func isTaken(_ state: Entry.State?, unless hasEnded: (AcceptedInference?) -> Bool) -> Bool {
        switch state {
        case .preparing: true
        case .accepted(let task): !hasEnded(task)
        case .failed: !hasEnded(nil)
        case .answered, nil: false
        }
    }

    /// Records a task that was refused or immediate.
    func note(_ key: Key, _ entry: Entry) {
        let now = now(key)
        let number: UInt64? = state.withLock { state in
            if let row = state.rows[key], row.expires > now {
                switch row.entry.state {
                case .preparing, .accepted, .failed: return nil
                case .answered: break
                }
            }
            return insert(key, entry, in: \.noted, until: now + retention, &state)
        }
        if let number { schedule(number, key, at: now + retention) }
    }

    private func schedule(_ number: UInt64, _ key: Key, at expires: Instant) {
        guard let source = source.withLock({ $0 }) else { return }
        agenda.add(source, UInt128(number), for: key.namespace.key, at: expires)
    }

    /// Updates the state of a task.
    func change(_ key: Key, to new: Entry.State) {
        state.withLock { state in change(key, &state) { $0.state = new } }
    }

    private func change(_ key: Key, _ state: inout State, _ change: (inout Entry) -> Void) {
        guard var row = state.rows[key] else { return }
        state.weight -= row.entry.weight
        change(&row.entry)
        state.weight += row.entry.weight
        state.rows[key] = row
        shrink(&state)
    }

    private func insert(
        _ key: Key, _ entry: Entry, in queue: WritableKeyPath<State, Queue<UInt64>>, until expires: Instant,
        _ state: inout State
    ) -> UInt64 {
        if let old = state.rows[key] { state.remove(old.number) }
        let number = state.next
        state.next += 1
        state.rows[key] = Row(entry: entry, number: number, expires: expires)
        state.keys[number] = key
        state.weight += entry.weight
        state[keyPath: queue].append(number)
        while state[keyPath: queue].count > 2 * limit, let first = state[keyPath: queue].next() { state.remove(first) }
        shrink(&state)
        return number
    }

    private func shrink(_ state: inout State) {
        while state.rows.count > limit || state.weight > memory {
            guard let number = state.noted.next() ?? state.begun.next() else { return }
            state.remove(number)
        }
    }
}

// MARK: - WorldPart

extension TaskIndex: WorldPart {
    var name: StaticString { "runware tasks" }

    func reset(_ key: KeyID?) {
        state.withLock { state in
            guard let key else {
                state = State()
                return
            }
            for row in state.rows where row.key.namespace.key == key { state.remove(row.value.number) }
        }
    }

    func export(_ key: KeyID?, to archive: inout ArchiveWriter) {
        let rows = state.withLock { $0.rows.filter { key == nil || $0.key.namespace.key == key } }
        // A task whose image is being fetched cannot be resumed, so it is not archived.
        let known = rows.filter { if case .preparing = $0.value.entry.state { false } else { true } }
        archive.write(list: known.sorted { $0.value.number < $1.value.number }) { row, archive in
            archive.write(row.key.namespace)
            archive.write(row.key.id)
            archive.write(row.value.expires)
            archive.write(row.value.entry)
        }
    }

    func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void {
        let rows = try reading(content) { (reader) throws(ArchiveError) in
            try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                (
                    key: Key(namespace: try reader.namespace(of: [Service.name]), id: try reader.id()),
                    expires: try reader.instant(), entry: try reader.entry()
                )
            }
        }
        return { [self] in
            for row in rows {
                let isBegun = if case .answered = row.entry.state { false } else { true }
                let number = state.withLock { state in
                    insert(row.key, row.entry, in: isBegun ? \.begun : \.noted, until: row.expires, &state)
                }
                schedule(number, row.key, at: row.expires)
            }
        }
    }
}

extension ArchiveWriter {
    fileprivate mutating func write(_ entry: TaskIndex.Entry) {
        write(entry.type.rawValue)
        write(entry.request.bytes)
        switch entry.state {
        case .preparing, .accepted:
            write("accepted")
            guard case .accepted(let task) = entry.state else { preconditionFailure("a task that is not known") }
            write(TaskNote.result(task.form).archived().bytes)
            write(list: task.results) { $1.write($0) }
        case .failed(let answer):
            write("failed")
            write(answer)
        case .answered(let answer):
            write("answered")
            write(answer)
        }
        write(optional: entry.refusal) { $1.write($0) }
    }
}

extension ArchiveReader {
    fileprivate mutating func entry() throws(ArchiveError) -> TaskIndex.Entry {
        let (type, request) = (try choice(TaskType.self), SharedBytes(try run()))
        let state: TaskIndex.Entry.State
        switch try text() {
        case "accepted":
            guard case .result(let form) = try TaskNote(reading: SharedBytes(try run())) else { throw error }
            let results = try list { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.id() }
            state = .accepted(AcceptedInference(form: form, results: results))
        case "failed": state = .failed(try answer())
        case "answered": state = .answered(try answer())
        default: throw error
        }
        var entry = TaskIndex.Entry(type: type, request: request, state: state)
        entry.refusal = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.answer() }
        return entry
    }
}
