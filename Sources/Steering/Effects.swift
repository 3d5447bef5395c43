public import Tasks

/// What happens to one exchange, and who said so.
public struct Effects: Sendable {
    public internal(set) var life: Life?
    public internal(set) var answer: ScriptedAnswer?
    public internal(set) var fault: Fault?
    /// What was applied and from where, for the field `x-emulator-applied`.
    public internal(set) var applied: [String] = []

    public init() {}

    public var isEmpty: Bool { life == nil && answer == nil && fault == nil }
}

/// Where a client put a text that steers.
public enum TextSource: String, Sendable, CaseIterable {
    case header, prompt, picture, key
}
