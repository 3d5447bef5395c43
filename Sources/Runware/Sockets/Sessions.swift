import Bytes
import System
import Tasks
import Time

/// The registry of sessions by ID. A session expires some time after its last socket closed, measured by its key's
/// clock.
final class Sessions: Sendable {
    private let agenda: Agenda
    private let lifetime: Interval
    private let limit: Int
    private let answers: Int
    let memory: UnconfirmedAnswer.Memory
    let sessions = Locked<[TaskID: Session]>([:])
    private let source = Locked<Agenda.Source?>(nil)
    private let send: Session.Sender

    init(_ settings: Settings, _ agenda: Agenda, send: @escaping Session.Sender) {
        self.send = send
        self.agenda = agenda
        (lifetime, limit, answers) = (settings.sessionLifetime, settings.sessionLimit, settings.sessionAnswers)
        memory = UnconfirmedAnswer.Memory(limit: settings.sessionMemory)
        source.withLock {
            $0 = agenda.source("session") { [weak self] id, _ in self?.expire(TaskID(number: id)) ?? { "nothing" } }
        }
    }

    var count: Int { sessions.withLock(\.count) }

    /// The session with this ID, if it belongs to this caller and has not expired.
    func known(_ asked: TaskID, of namespace: Namespace) -> Session? {
        let known = sessions.withLock { $0[asked] }
        guard let known, known.namespace == namespace, !isExpired(known) else { return nil }
        return known
    }

    /// Creates a session.
    func begin(for namespace: Namespace) -> Session {
        sessions.withLock { sessions in
            if sessions.count >= limit { sessions = sessions.filter { $0.value.left == nil } }
            // The ID is a secret while the session exists, so it must not be derived from a seed.
            let id = TaskID(.random(in: 0 ... .max), .random(in: 0 ... .max))
            let session = Session(
                id, namespace, clock: agenda.clock, lifetime: lifetime, limit: answers, memory: memory, send: send)
            sessions[id] = session
            return session
        }
    }

    /// Handles a session's loss of its socket.
    func left(_ session: Session) {
        guard let left = session.left, let source = source.withLock({ $0 }) else { return }
        agenda.add(source, session.id.number, for: session.namespace.key, at: left + lifetime)
    }

    private func expire(_ id: TaskID) -> Agenda.Account {
        guard let session = sessions.withLock({ $0[id] }), isExpired(session) else { return { "nothing" } }
        sessions.withLock { $0[id] = nil }
        return { "session expired" }
    }

    private func isExpired(_ session: Session) -> Bool {
        session.left.map { agenda.clock.now(for: session.namespace.key) - $0 >= lifetime } ?? false
    }
}

// MARK: - WorldPart

/// Sessions depend on connections, and their IDs are secret, so they can be reset but are not archived.
extension Sessions: WorldPart {
    var name: StaticString { "runware sessions" }

    func reset(_ key: KeyID?) {
        sessions.withLock { sessions in
            sessions = key == nil ? [:] : sessions.filter { $0.value.namespace.key != key }
        }
    }

    func export(_ key: KeyID?, to archive: inout ArchiveWriter) {}

    func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void {
        try reading(content) { _ in }
        return {}
    }
}
