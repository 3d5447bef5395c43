/// Why bytes are not a JSON document.
public enum JSONError: Error, Equatable, Sendable {
    /// Broken grammar, and where: an index that counts code points of the decoded text, a byte order mark not among them.
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

/// The ways in which JSON text can be broken, told apart and worded as Python's `json` does.
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
