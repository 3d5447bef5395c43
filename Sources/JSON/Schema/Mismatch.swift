/// Why a value does not fit. Each service has its own messages.
public enum Mismatch: Error, Equatable, Sendable {
    /// A required value is missing.
    case missing
    /// A member that the schema does not have.
    case unknown
    case notAnObject
    case notText
    case notAnInteger
    /// Text that is not an integer.
    case unreadableInteger
    /// A number with a fraction.
    case fraction
    /// Text or a float too large to be read as an integer.
    case oversizedInteger
    /// NaN or an infinity.
    case notFinite
    case below(Int)
    case above(Int)
    case notABoolean
    /// Text or a number that is neither true nor false.
    case unreadableBoolean
    /// None of a named set of texts.
    case noneOf([String])
    /// None of the texts a field spells out itself.
    case noLiteralOf([String])
}

/// A mismatch, and where in an object it was found.
public struct Finding: Sendable {
    public enum Place: Sendable {
        /// The object itself.
        case whole
        /// A field of the schema.
        case field(StaticString)
        /// A member that the schema does not have: its key.
        case other(JSONValue)
    }

    public let place: Place
    public let mismatch: Mismatch
    /// The value there; the object for a missing field.
    public let value: JSONValue
}
