/// What may stand behind a name in a log. There is no case for bytes: an image cannot be logged by mistake.
enum LogValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case integer(Int)
    /// With one digit behind the point.
    case milliseconds(Duration)
    case list([String])

    init(stringLiteral text: String) { self = .text(text) }
    init(integerLiteral value: Int) { self = .integer(value) }
}
