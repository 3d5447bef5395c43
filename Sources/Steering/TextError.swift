/// Why a steering text cannot be understood: where, what was expected, and what stands there.
public struct TextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The offset of the character, counted from 0.
    public var position: Int
    public let expected: String
    public let found: String
    /// The valid word that is most similar to what was found.
    public let suggestion: String?

    init(at position: Int, expected: String, found: String, suggestion: String? = nil) {
        (self.position, self.expected, self.found, self.suggestion) = (position, expected, found, suggestion)
    }

    public var description: String { "at character \(position): \(reason)" }

    /// The description without the position.
    public var reason: String {
        let what = found.isEmpty ? "the text ends" : "found '\(found)'"
        return "expected \(expected), \(what)" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    }
}
