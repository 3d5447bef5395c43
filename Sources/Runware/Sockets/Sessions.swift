import Bytes
import System
import Tasks

/// The sessions of callers, by their names, each for a while after its last socket went.
final class Sessions: Sendable {
    private let clock: Clock
    private let lifetime: Int64
    private let limit: Int
    private let answers: Int
    let memory: Missed.Memory
    let mailboxes = Locked<[TaskID: Mailbox]>([:])

    init(_ settings: Settings, _ workshop: Workshop) {
        clock = workshop.clock
        (lifetime, limit, answers) = (settings.sessionLifetime, settings.sessionLimit, settings.sessionAnswers)
        memory = Missed.Memory(limit: settings.sessionMemory)
    }

    var count: Int { mailboxes.withLock(\.count) }

    /// The session of this name, if it is this caller's and not over.
    func known(_ asked: TaskID, of namespace: Namespace) -> Mailbox? {
        let now = clock.now
        let known = mailboxes.withLock { $0[asked] }
        guard let known, known.namespace == namespace, !isOver(known, at: now) else { return nil }
        return known
    }

    /// A new session.
    func begin(for namespace: Namespace) -> Mailbox {
        mailboxes.withLock { mailboxes in
            if mailboxes.count >= limit { mailboxes = mailboxes.filter { $0.value.left == nil } }
            // Its name is a secret for as long as it lasts: never one that a seed would tell.
            var generator = SystemRandomNumberGenerator()
            let id = TaskID(generator.next(), generator.next())
            let mailbox = Mailbox(id, namespace, clock: clock, lifetime: lifetime, limit: answers, memory: memory)
            mailboxes[id] = mailbox
            return mailbox
        }
    }

    /// Lets go of the sessions that are over.
    func forget() {
        let now = clock.now
        mailboxes.withLock { mailboxes in
            let over = mailboxes.filter { isOver($0.value, at: now) }
            for id in over.keys { mailboxes[id] = nil }
        }
    }

    private func isOver(_ mailbox: Mailbox, at now: Int64) -> Bool {
        mailbox.left.map { now - $0 >= lifetime } ?? false
    }
}
