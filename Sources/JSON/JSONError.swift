/// Why bytes are not a JSON document.
public enum JSONError: Error, Equatable, Sendable {
    /// A syntax error and its position: an index in code points of the decoded text, without a byte order mark.
    case syntax(JSONSyntaxError, at: Int)
    /// The bytes are not text in the encoding they seem to have.
    case undecodable
    /// An integer of more than 4300 digits.
    case integerTooLong
    /// More arrays and objects inside each other than allowed.
    case tooDeep
    /// More values than allowed.
    case tooManyValues
    /// Text of 4 GiB or more.
    case tooLong
}

/// The syntax errors of JSON, with the distinctions and messages of Python's `json`.
public enum JSONSyntaxError: Sendable, CaseIterable {
    case expectedValue
    case expectedPropertyName
    case expectedColon
    case expectedComma
    case extraData
    case controlCharacter
    case unterminatedString
    case escape
    case unicodeEscape

    /// The message, without the position.
    public var message: StaticString {
        switch self {
        case .expectedValue: "Expecting value"
        case .expectedPropertyName: "Expecting property name enclosed in double quotes"
        case .expectedColon: "Expecting ':' delimiter"
        case .expectedComma: "Expecting ',' delimiter"
        case .extraData: "Extra data"
        case .controlCharacter: "Invalid control character at"
        case .unterminatedString: "Unterminated string starting at"
        case .escape: "Invalid \\escape"
        case .unicodeEscape: "Invalid \\uXXXX escape"
        }
    }
}
