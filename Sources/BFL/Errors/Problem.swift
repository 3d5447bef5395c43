import JSON
import Outpainting

/// The kinds of errors in a 422's list, with the wording of FastAPI and pydantic. All of this wording is defined here.
enum Problem: Sendable {
    case mismatch(Mismatch)
    case syntax(JSONSyntaxError)
    /// An error outside the schema, with its description.
    case value(String)

    var type: StaticString {
        switch self {
        case .syntax: "json_invalid"
        case .value: "value_error"
        case .mismatch(.missing): "missing"
        case .mismatch(.unknown): "extra_forbidden"
        case .mismatch(.notAnObject): "model_attributes_type"
        case .mismatch(.notText): "string_type"
        case .mismatch(.notAnInteger): "int_type"
        case .mismatch(.unreadableInteger): "int_parsing"
        case .mismatch(.fraction): "int_from_float"
        case .mismatch(.oversizedInteger): "int_parsing_size"
        case .mismatch(.notFinite): "finite_number"
        case .mismatch(.below): "greater_than_equal"
        case .mismatch(.above): "less_than_equal"
        case .mismatch(.notABoolean): "bool_type"
        case .mismatch(.unreadableBoolean): "bool_parsing"
        case .mismatch(.noneOf): "enum"
        case .mismatch(.noLiteralOf): "literal_error"
        }
    }

    var message: String {
        switch self {
        case .syntax: "JSON decode error"
        case .value(let reason): "Value error, \(reason)"
        case .mismatch(.missing): "Field required"
        case .mismatch(.unknown): "Extra inputs are not permitted"
        case .mismatch(.notAnObject):
            "Input should be a valid dictionary or object to extract fields from"
        case .mismatch(.notText): "Input should be a valid string"
        case .mismatch(.notAnInteger): "Input should be a valid integer"
        case .mismatch(.unreadableInteger):
            "Input should be a valid integer, unable to parse string as an integer"
        case .mismatch(.fraction): "Input should be a valid integer, got a number with a fractional part"
        case .mismatch(.oversizedInteger): "Unable to parse input string as an integer, exceeded maximum size"
        case .mismatch(.notFinite): "Input should be a finite number"
        case .mismatch(.below(let bound)): "Input should be greater than or equal to \(bound)"
        case .mismatch(.above(let bound)): "Input should be less than or equal to \(bound)"
        case .mismatch(.notABoolean): "Input should be a valid boolean"
        case .mismatch(.unreadableBoolean): "Input should be a valid boolean, unable to interpret input"
        case .mismatch(.noneOf(let texts)), .mismatch(.noLiteralOf(let texts)): "Input should be \(Self.list(texts))"
        }
    }

    /// The additional context of the entry, as a name and a value.
    var context: (name: StaticString, value: Literal)? {
        switch self {
        case .syntax(let error): ("error", .text("\(error.message)"))
        case .value(let reason): ("error", .text(reason))
        case .mismatch(.below(let bound)): ("ge", .integer(bound))
        case .mismatch(.above(let bound)): ("le", .integer(bound))
        case .mismatch(.noneOf(let texts)), .mismatch(.noLiteralOf(let texts)): ("expected", .text(Self.list(texts)))
        case .mismatch: nil
        }
    }

    /// One example of each kind, for documentation and tests.
    static let examples: [Problem] =
        [
            .missing, .unknown, .notAnObject, .notText, .notAnInteger, .unreadableInteger, .fraction, .oversizedInteger,
            .notFinite, .below(64), .above(5), .notABoolean, .unreadableBoolean,
            .noneOf(OutputFormat.allCases.map(\.rawValue)), .noLiteralOf(Mode.allCases.map(\.rawValue)),
        ].map(Problem.mismatch) + [.syntax(.expectedValue), .value("…")]

    /// `'a', 'b' or 'c'`.
    private static func list(_ texts: [String]) -> String {
        let quoted = texts.map { "'\($0)'" }
        guard quoted.count > 1, let last = quoted.last else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
