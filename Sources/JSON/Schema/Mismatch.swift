/// Why a value does not fit. Each service has its own words for these.
public enum Mismatch: Error, Equatable, Sendable {
    /// A value that must be there is not.
    case missing
    /// A member nobody knows.
    case unknown
    case notAnObject
    case notText
    case notAnInteger
    /// Text that does not read as an integer.
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
    /// Text or a number that stands for neither true nor false.
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
        /// What a schema names.
        case field(StaticString)
        /// What no schema names: the key.
        case other(JSONValue)
    }

    public let place: Place
    public let mismatch: Mismatch
    /// What was found there; of a field that is missing, the object.
    public let value: JSONValue
}
