/// Why a task was not accepted.
public enum TaskError: Error, Equatable, Sendable {
    /// Too many tasks, or too many bytes of them, are waiting. `retryAfter` is in seconds.
    case queueFull(retryAfter: Int)
    /// The namespace has this many active tasks already.
    case tooManyActive(limit: Int, retryAfter: Int)
    /// The balance of the namespace is too low. It is in millionths of a credit.
    case insufficientCredits(balance: Int64)
    /// The limit of stored pictures is reached.
    case storageFull(retryAfter: Int)
    /// The limit of known tasks is reached.
    case tooManyKnown(limit: Int, retryAfter: Int)
    /// A store is failing.
    case unavailable(retryAfter: Int)
    /// The program is shutting down.
    case stopping
}

extension TaskError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .queueFull: "too many tasks are waiting"
        case .tooManyActive(let limit, _): "\(limit) tasks are under way already"
        case .insufficientCredits: "the credits do not suffice"
        case .storageFull: "no more pictures can be kept"
        case .tooManyKnown(let limit, _): "no more than \(limit) tasks can be known"
        case .unavailable: "the service is not available"
        case .stopping: "the program is about to end"
        }
    }

    /// The description as a sentence of its own.
    public var sentence: String { description.prefix(1).uppercased() + description.dropFirst() }

    /// Seconds until a retry may be accepted, if one may.
    public var retryAfter: Int? {
        switch self {
        case .queueFull(let seconds), .tooManyActive(_, let seconds), .storageFull(let seconds),
            .tooManyKnown(_, let seconds), .unavailable(let seconds):
            seconds
        case .stopping: 1
        case .insufficientCredits: nil
        }
    }
}
