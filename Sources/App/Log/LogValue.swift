import Time

/// A field value of a log line. There is no case for bytes, so an image cannot be logged by mistake.
enum LogValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case integer(Int)
    /// Formatted with one decimal.
    case milliseconds(Interval)
    case list([String])

    init(stringLiteral text: String) { self = .text(text) }
    init(integerLiteral value: Int) { self = .integer(value) }
}
