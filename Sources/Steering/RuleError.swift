public import JSON

/// Why rules cannot be read: the value concerned, as a JSON pointer and, if known, its line and column, and what is wrong.
public struct RuleError: Error, Sendable, Hashable {
    public let pointer: String
    public let position: TextPosition?
    public let reason: String

    public init(_ reason: String, at pointer: String, _ position: TextPosition?) {
        (self.reason, self.pointer, self.position) = (reason, pointer, position)
    }

    init(_ reason: String, at pointer: String, _ value: JSONValue) {
        self.init(reason, at: pointer, value.firstPosition)
    }
}

extension JSONValue {
    /// Where a value begins in its text, or the first value inside it whose place is known.
    var firstPosition: TextPosition? {
        if let position { return position }
        for element in elements { if let position = element.firstPosition { return position } }
        for member in members {
            if let position = member.key.position ?? member.value.firstPosition { return position }
        }
        return nil
    }
}
