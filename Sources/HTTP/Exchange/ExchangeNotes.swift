import Synchronization
import System

/// Where a service notes what it knows of an exchange, from any thread, until the answer is sent.
///
/// It exists only where a layer wants exchanges; noting costs a branch otherwise.
public final class ExchangeNotes: Sendable {
    /// What an exchange is about, as a service names it.
    public enum Task: Hashable, Sendable {
        case id(UInt128)
        case text(String)
    }

    public struct Values: Sendable {
        /// A label of the caller's API key, never the key itself.
        public var key: UInt128?
        public var task: Task?
        /// A short code of what went wrong.
        public var error: String?
        /// What the exchange is, where that is known only from the body.
        public var kind: Route.Kind?
        /// What is to be done to the answer before it is sent: how tests make it late, false or broken.
        public var amend: Amendment?

        public init() {}
    }

    /// Changes an answer that is about to be sent, on the loop's thread.
    public typealias Amendment = @Sendable (inout Response) -> Void

    private let locked: Locked<Values>
    /// Whether anything was noted since `take`: requests of which nothing is noted shall not cost a lock.
    private let isUsed = Atomic<Bool>(false)
    private let hasAmendment = Atomic<Bool>(false)

    init(_ values: Values = Values()) { locked = Locked(values) }

    public var values: Values { locked.withLock { $0 } }

    public func note(_ change: (inout Values) -> Void) {
        isUsed.store(true, ordering: .relaxed)
        locked.withLock { values in
            change(&values)
            if values.amend != nil { hasAmendment.store(true, ordering: .relaxed) }
        }
    }

    /// Whether the answer is to be changed. To be called on the thread that noted.
    var amendsAnswer: Bool { hasAmendment.load(ordering: .relaxed) }

    /// Empties the notes. To be called on the thread that noted.
    func clear() { if isUsed.load(ordering: .relaxed) { _ = take() } }

    /// Empties the notes and returns what they held. To be called on the thread that noted it.
    func take() -> Values {
        if !isUsed.load(ordering: .relaxed) { return Values() }
        isUsed.store(false, ordering: .relaxed)
        hasAmendment.store(false, ordering: .relaxed)
        return locked.withLock { values in
            defer { values = Values() }
            return values
        }
    }
}
