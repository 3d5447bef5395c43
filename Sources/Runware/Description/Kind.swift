import Bytes
import Imaging
import JSON
import Outpainting
import Tasks

/// A kind of parameter value: how it is read, and how errors describe it.
struct Kind<Value: Sendable>: Sendable {
    let bounds: Bounds
    /// Returns `nil` if the value is invalid.
    let read: @Sendable (JSONValue) -> Value?
}

/// The allowed values of a parameter, as errors describe them.
struct Bounds: Sendable, Hashable {
    /// The type's name in the documents.
    let type: String
    /// The text that follows "must be".
    let wants: String
    var minimum: Double?
    var maximum: Double?
    var multiplier: Double?
    var allowed: [String] = []
}

extension Kind<Int> {
    /// An integer; values beyond 64 bits are clamped.
    static func integer(_ minimum: Int, _ maximum: Int? = nil) -> Kind {
        let wants =
            maximum.map { "an integer value between \(minimum) and \($0)" } ?? "an integer value of at least \(minimum)"
        let bounds = Bounds(
            type: "integer", wants: wants, minimum: Double(minimum), maximum: maximum.map { Double($0) })
        return Kind(bounds: bounds) { value in
            guard let number = wholeNumber(value), number >= minimum, number <= maximum ?? .max else { return nil }
            return number
        }
    }

    private static func wholeNumber(_ value: JSONValue) -> Int? {
        switch value.kind {
        case .integer: value.integer ?? (value.bytes[0] == UInt8(ascii: "-") ? .min : .max)
        // JSON has only one number type, so 1.0 is an integer.
        case .float: value.double.flatMap { Int(exactly: $0) }
        default: nil
        }
    }
}

extension Kind<Double> {
    /// A number that is a multiple of `step`.
    static func number(_ bounds: ClosedRange<Double>, step: Double) -> Kind {
        let wants = "a number between \(bounds.lowerBound) and \(bounds.upperBound), in steps of \(step)"
        let described = Bounds(
            type: "float", wants: wants, minimum: bounds.lowerBound, maximum: bounds.upperBound, multiplier: step)
        return Kind(bounds: described) { value in
            guard let number = value.double, bounds.contains(number) else { return nil }
            let steps = number / step
            return abs(steps - steps.rounded()) < 1e-6 ? number : nil
        }
    }
}

extension Kind<Bool> {
    static let boolean = Kind(bounds: Bounds(type: "boolean", wants: "a boolean value"), read: \.bool)
}

extension Kind<JSONValue> {
    /// A string that is not decoded: its bytes remain in the document.
    static let text = Kind(bounds: Bounds(type: "string", wants: "a string value that is not empty")) { value in
        value.kind == .string && value.bytes.count > 0 ? value : nil
    }

    /// An object whose members are not checked.
    static let anyObject = Kind(bounds: Bounds(type: "object", wants: "an object")) { $0.kind == .object ? $0 : nil }
}

extension Kind<String> {
    /// A string with a length in this range, in characters.
    static func text(_ length: ClosedRange<Int>) -> Kind {
        let bounds = Bounds(
            type: "string", wants: "a string value of \(length.lowerBound) to \(length.upperBound) characters",
            minimum: Double(length.lowerBound), maximum: Double(length.upperBound))
        return Kind(bounds: bounds) { value in
            guard value.kind == .string, value.bytes.count <= 4 * length.upperBound, let text = value.string else {
                return nil
            }
            return length.contains(text.unicodeScalars.count) ? text : nil
        }
    }

    /// A version 4 UUID, as it was written.
    static let uuid = Kind(bounds: Bounds(type: "string", wants: "a UUID v4 string")) { value in
        guard value.kind == .string, let id = TaskID(value.bytes), id == TaskID(id.high, id.low) else { return nil }
        return value.bytes.text
    }

    /// The URL of a web server.
    static let address = Kind(
        bounds: Bounds(type: "string", wants: "a valid http or https URL without user name and password")
    ) { value in
        guard value.kind == .string, value.bytes.count <= 8 << 10 else { return nil }
        let text = value.bytes.text
        let rest = ["http://", "https://"].first { text.lowercased().hasPrefix($0) }.map { text.dropFirst($0.count) }
        guard let authority = rest?.prefix(while: { !"/\\?#".contains($0) }), authority.leadsSomewhere else {
            return nil
        }
        return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? text : nil
    }

    /// Exactly one of these strings.
    static func oneOf(_ texts: [String]) -> Kind {
        let bounds = Bounds(type: "string", wants: wants(texts), allowed: texts)
        return Kind(bounds: bounds) { value in
            guard value.kind == .string else { return nil }
            return texts.first { value.bytes.equals($0.utf8.span) }
        }
    }

    fileprivate static func wants(_ texts: [String]) -> String {
        texts.count == 1 ? "'\(texts[0])'" : "one of the following values: " + texts.joined(separator: ", ")
    }
}

extension Kind<Color> {
    /// A color such as `#00ff7f`.
    static let color = Kind(bounds: Bounds(type: "string", wants: "a color in hex format, such as #ffffff")) {
        value in
        value.kind == .string && value.bytes.count == 7 ? Color(hex: value.bytes.text) : nil
    }
}

extension Kind where Value: RawRepresentable<String> & CaseIterable {
    /// One of the raw values of `Value`.
    static var choice: Kind {
        let texts = Value.allCases.map(\.rawValue)
        return Kind(bounds: Bounds(type: "string", wants: Kind<String>.wants(texts), allowed: texts)) { value in
            guard value.kind == .string else { return nil }
            return Value.allCases.first { value.bytes.equals($0.rawValue.utf8.span) }
        }
    }

    /// One of the raw values, or an array whose first element is one, as older clients send.
    static var choiceOrList: Kind {
        let one = choice
        return Kind(bounds: one.bounds) { value in
            guard value.kind == .array else { return one.read(value) }
            let chosen = value.elements.map(one.read)
            return chosen.contains { $0 == nil } ? nil : chosen.first.flatMap(\.self)
        }
    }
}
