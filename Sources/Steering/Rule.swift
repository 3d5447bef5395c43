public import Tasks
public import Time

/// What happens to the exchanges that it matches.
public struct Rule: Hashable, Sendable {
    /// What an exchange is, as rules name it.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case submit, poll, download, credits, webhook, upload
        /// What the emulator fetches.
        case fetch
        /// A message of a WebSocket.
        case socket
        case any
    }

    public var on: Kind
    /// The API key whose exchanges it matches; all if `nil`.
    public var key: KeyID?
    /// The key as its author wrote it, to be shown to them. Never exported.
    public var keyName: String?
    /// A pattern for the path, in which `*` stands for any characters.
    public var path: String?

    public var life: Life?
    public var answer: ScriptedAnswer?
    public var fault: Fault?

    /// How often it applies, for each key; unlimited if `nil`.
    public var times: Int?
    /// The matches that pass first.
    public var skip = 0
    /// Of the matches after those, it applies to the first of each `every`.
    public var every = 1
    /// The share of the matches that it applies to.
    public var chance: Double?
    /// How long it exists.
    public var ttl: Interval?

    public init(on kind: Kind) { on = kind }

    /// Sets the number of times that it applies if nobody has: answers and faults happen once.
    mutating func setUsualTimes() {
        if times == nil, chance == nil, answer != nil || fault != nil { times = 1 }
    }

    /// Whether it matches an exchange.
    func matches(_ kind: Kind, _ key: KeyID?, _ path: String) -> Bool {
        if on != kind, on != .any { return false }
        // Only answers to clients are meant by "any": messages of the emulator itself have names of their own.
        if on == .any, kind == .webhook || kind == .upload || kind == .fetch || kind == .socket { return false }
        if let wanted = self.key, wanted != key { return false }
        if let pattern = self.path { return path.matches(glob: pattern) }
        return true
    }

    /// What it does, in short.
    var summary: String {
        var parts: [String] = []
        if let life { parts.append("life=\(life.text)") }
        if let answer {
            parts.append("\(on.rawValue)=\(answer.status)" + (answer.retryAfter.map { " retry-after=\($0)" } ?? ""))
        }
        if let fault { parts.append("\(on.rawValue)=\(fault.text)") }
        return parts.joined(separator: "; ")
    }
}

/// What an exchange is, as rules name it.
public typealias ExchangeKind = Rule.Kind

extension String {
    /// Whether the whole text fits a pattern, in which `*` stands for any characters.
    func matches(glob pattern: String) -> Bool {
        let (text, pattern) = (Array(utf8), Array(pattern.utf8))
        var (at, place) = (0, 0)
        // Where to go on if what follows the last star does not fit.
        var star: (place: Int, at: Int)?
        while at < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == text[at] {
                (at, place) = (at + 1, place + 1)
            } else if let last = star {
                star = (last.place, last.at + 1)
                (place, at) = (last.place + 1, last.at + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
