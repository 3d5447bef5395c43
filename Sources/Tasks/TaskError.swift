/// Why a task was not accepted.
public enum TaskError: Error, Equatable, Sendable {
    /// Too many tasks wait, or too many bytes of them. Seconds until a place may be free.
    case queueFull(retryAfter: Int)
    /// The namespace has this many tasks under way already.
    case tooManyActive(limit: Int, retryAfter: Int)
    /// The namespace cannot pay; what it has is in millionths of a credit.
    case insufficientCredits(balance: Int64)
    /// As many pictures are kept as may be.
    case storageFull(retryAfter: Int)
    /// As many tasks are known as may be.
    case tooManyKnown(limit: Int, retryAfter: Int)
    /// The program is about to end.
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
        case .stopping: "the program is about to end"
        }
    }

    /// The same to stand alone.
    public var sentence: String { description.prefix(1).uppercased() + description.dropFirst() }

    /// Seconds after which another try may be accepted, if any may.
    public var retryAfter: Int? {
        switch self {
        case .queueFull(let seconds), .tooManyActive(_, let seconds), .storageFull(let seconds),
            .tooManyKnown(_, let seconds):
            seconds
        case .stopping: 1
        case .insufficientCredits: nil
        }
    }
}
