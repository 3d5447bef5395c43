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
        /// Emulated time that each task draws from a log-normal distribution.
        case spread(median: Interval, sigma: Double)
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
    /// How long the services seem to take for a picture; no documentation says it.
    private static func lasting(_ median: Interval, _ sigma: Double) -> Life {
        Life([Step(.pending, .spread(median: median, sigma: sigma)), Step(.ready)])
    }

    /// The lives that settings and requests refer to by name.
    public static let named: [(name: String, life: Life)] = [
        ("default", standard), ("instant", ready), ("bfl-high", lasting(.seconds(12), 0.35)),
        ("bfl-fast", lasting(.seconds(5), 0.3)), ("runware", lasting(.seconds(8), 0.4)),
    ]

    /// The life of one task, whose spread lengths are drawn by its `seed`.
    func drawn(by seed: TaskID) -> Life {
        var bits = UInt64(truncatingIfNeeded: seed.number) ^ UInt64(truncatingIfNeeded: seed.number >> 64)
        return Life(
            steps.map { step in
                guard case .spread(let median, let sigma) = step.length else { return step }
                // The finalizer of SplitMix64: neighbors draw unrelated numbers.
                bits &+= 0x9E37_79B9_7F4A_7C15
                var draw = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
                draw = (draw ^ draw >> 27) &* 0x94D0_49BB_1331_11EB
                return Step(
                    step.state, .span(.logNormal(median: median, sigma: sigma, drawnBy: draw ^ draw >> 31)))
            })
    }

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
