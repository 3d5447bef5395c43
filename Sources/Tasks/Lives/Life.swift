public import Time

/// The sequence of states that a task shows to its pollers.
///
/// A step is a state with a length. The last step has no end.
public struct Life: Hashable, Sendable {
    public let steps: [Step]

    public struct Step: Hashable, Sendable {
        public let state: State
        public let length: Length

        public init(_ state: State, _ length: Length = .endless) { (self.state, self.length) = (state, length) }
    }

    /// The state that a step shows. Each service translates it to its own format.
    public enum State: Hashable, Sendable {
        case pending, reasoning, generating
        /// A status text that is passed on unchanged.
        case text(String)
        /// The picture, or the reason that there is none. Waits for the picture.
        case ready
        case error(String)
        case moderated(Moderation)
        /// The service no longer knows the task.
        case lost
        /// An HTTP answer to the poll that says nothing about the task.
        case answer(status: Int, retryAfter: Int?)
    }

    /// How long a step lasts.
    public enum Length: Hashable, Sendable {
        /// Lasts until that many polls have seen it. Takes no time if the caller does not poll the task.
        case polls(Int)
        /// Emulated time since the end of the previous step.
        case span(Interval)
        case endless
    }

    /// - Precondition: `steps` is not empty.
    public init(_ steps: [Step]) {
        precondition(!steps.isEmpty, "a life has at least one step")
        self.steps = steps
    }

    /// The first poll sees the task pending, since the real services are never ready at the first poll.
    public static let standard = Life([Step(.pending, .polls(1)), Step(.ready)])
    /// Ready at the first poll.
    public static let ready = Life([Step(.ready)])

    /// The lives that settings and requests refer to by name.
    public static let named: [(name: String, life: Life)] = [("default", standard), ("ready", ready)]

    /// Whether any step needs the picture.
    var needsPicture: Bool { steps.contains { $0.state == .ready } }

    /// Whether the task ends. A life whose last state is, for example, `pending` never does.
    var hasEnd: Bool {
        switch steps[steps.count - 1].state {
        case .ready, .error, .moderated: true
        case .pending, .reasoning, .generating, .text, .lost, .answer: false
        }
    }
}
