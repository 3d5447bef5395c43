public import Tasks
import Time

// Lives as people write them: `pending*3, generating 2s, content-moderated`.

extension Life {
    /// The most steps of a life.
    static let stepLimit = 100
    /// The longest text that describes a life.
    static let textLimit = 4096

    /// Parses a life: steps separated by commas, or the name of one.
    public init(_ text: String) throws(TextError) {
        var scanner = TextScanner(text)
        guard text.utf8.count <= Life.textLimit else {
            throw scanner.error("a text of at most \(Life.textLimit) bytes")
        }
        self = try scanner.life(orName: true)
        scanner.skipSpaces()
        if !scanner.isAtEnd { throw scanner.error("',' or the end of the life") }
    }
}

extension TextScanner {
    /// Steps separated by commas.
    mutating func life() throws(TextError) -> Life {
        var steps: [Life.Step] = []
        while true {
            let start = self
            steps.append(try step())
            guard steps.count <= Life.stepLimit else { throw start.error("at most \(Life.stepLimit) steps") }
            skipSpaces()
            let end = self
            guard takes(UInt8(ascii: ",")) else {
                guard steps[steps.count - 1].length == .endless else {
                    throw end.error("',' and another step, since the last step lasts for ever")
                }
                return Life(steps)
            }
            let last = steps[steps.count - 1]
            if last.length == .endless {
                if last.state.isEnd { throw start.error("a state that does not end the task before the last step") }
                // A step without a length is seen by one poll.
                steps[steps.count - 1] = Life.Step(last.state, .polls(1))
            }
        }
    }

    private mutating func step() throws(TextError) -> Life.Step {
        let state = try state()
        if takes(UInt8(ascii: "*")) {
            return Life.Step(state, .polls(try number(1...1_000_000, "a number of polls")))
        }
        skipSpaces()
        if UInt8(ascii: "0") <= next, next <= UInt8(ascii: "9") { return Life.Step(state, .span(try duration())) }
        let before = self
        if word() == "lognormal" {
            let (median, sigma) = try spread()
            return Life.Step(state, .spread(median: median, sigma: sigma))
        }
        self = before
        return Life.Step(state)
    }

    /// The parameters of a spread, behind its name: `(8s,0.4)`.
    mutating func spread() throws(TextError) -> (median: Interval, sigma: Double) {
        try expect(UInt8(ascii: "("))
        let median = try duration()
        try expect(UInt8(ascii: ","))
        let sigma = try fraction(0...3, "a spread")
        try expect(UInt8(ascii: ")"))
        return (median, sigma)
    }

    private static let states = [
        "pending", "reasoning", "generating", "ready", "error", "request-moderated", "content-moderated", "lost",
        "task-not-found", "http",
    ]

    private static let expectedState =
        "a state: pending, reasoning, generating, ready, error, request-moderated, content-moderated, lost, http, or any "
        + "other text in quotes"

    private mutating func state() throws(TextError) -> Life.State {
        skipSpaces()
        if next == UInt8(ascii: "\"") {
            let text = try quoted()
            // An empty text would be no status at all.
            return text.isEmpty ? .pending : .text(text)
        }
        switch try name(among: TextScanner.states, TextScanner.expectedState) {
        case "pending": return .pending
        case "reasoning": return .reasoning
        case "generating": return .generating
        case "ready": return .ready
        case "error": return .error(try argument() ?? "Task failed")
        case "request-moderated": return .moderated(Moderation(.request, reasons: try reasons()))
        case "content-moderated": return .moderated(Moderation(.content, reasons: try reasons()))
        case "http": return try answer()
        default: return .lost
        }
    }

    /// A text in parentheses, if there is one.
    private mutating func argument() throws(TextError) -> String? {
        guard takes(UInt8(ascii: "(")) else { return nil }
        let text = try text(until: [UInt8(ascii: ")")])
        try expect(UInt8(ascii: ")"))
        return text
    }

    private mutating func reasons() throws(TextError) -> [String] {
        guard takes(UInt8(ascii: "(")) else { return ["Sexual Content"] }
        var reasons: [String] = []
        repeat {
            reasons.append(try text(until: [UInt8(ascii: ","), UInt8(ascii: ")")]))
        } while takes(UInt8(ascii: ",")) && reasons.count < 20
        try expect(UInt8(ascii: ")"))
        return reasons
    }

    private mutating func answer() throws(TextError) -> Life.State {
        try expect(UInt8(ascii: "("))
        let status = try number(ScriptedAnswer.statuses, "a status")
        var retryAfter: Int?
        if takes(UInt8(ascii: ",")) {
            _ = try name(among: ["retry-after"], "retry-after")
            try expect(UInt8(ascii: "="))
            retryAfter = try number(0...86_400, "seconds")
        }
        try expect(UInt8(ascii: ")"))
        return .answer(status: status, retryAfter: retryAfter)
    }
}

extension Life.State {
    /// Whether a task in this state has ended.
    fileprivate var isEnd: Bool {
        switch self {
        case .ready, .error, .moderated: true
        case .pending, .reasoning, .generating, .text, .lost, .answer: false
        }
    }
}

// MARK: - Writing

extension Life {
    /// The life as text that parses to the same life; its name if it has one.
    public var text: String {
        Life.named.first { $0.life == self }?.name ?? steps.map(\.text).joined(separator: ", ")
    }
}

extension Life.Step {
    fileprivate var text: String {
        switch length {
        case .polls(let count): "\(state.text)*\(count)"
        case .span(let interval): "\(state.text) \(interval)"
        case .spread(let median, let sigma): "\(state.text) lognormal(\(median),\(sigma))"
        case .endless: state.text
        }
    }
}

extension Life.State {
    fileprivate var text: String {
        switch self {
        case .pending: "pending"
        case .reasoning: "reasoning"
        case .generating: "generating"
        case .ready: "ready"
        case .lost: "lost"
        case .text(let text): text.inQuotes
        case .error(let text): "error(\(text.inQuotes))"
        case .moderated(let moderation):
            (moderation.subject == .request ? "request-moderated" : "content-moderated")
                + "(\(moderation.reasons.map(\.inQuotes).joined(separator: ", ")))"
        case .answer(let status, let retryAfter):
            "http(\(status)\(retryAfter.map { ", retry-after=\($0)" } ?? ""))"
        }
    }
}

extension String {
    var inQuotes: String {
        var text = "\""
        for character in unicodeScalars {
            if character == "\"" || character == "\\" { text += "\\" }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }
}
