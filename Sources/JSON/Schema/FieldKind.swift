import Bytes

/// How a value is read, with the coercions of pydantic's lax mode, and its JSON Schema.
public struct FieldKind<Value: Sendable>: Sendable {
    public let shape: Shape
    public let read: @Sendable (JSONValue) throws(Mismatch) -> Value
    /// The value as a description names it; nothing for null.
    public let literal: @Sendable (Value) -> Literal?

    public init(
        _ shape: Shape, read: @escaping @Sendable (JSONValue) throws(Mismatch) -> Value,
        literal: @escaping @Sendable (Value) -> Literal?
    ) {
        self.shape = shape
        self.read = read
        self.literal = literal
    }

    /// The same, or null.
    public static func optional<Wrapped>(_ kind: FieldKind<Wrapped>) -> FieldKind where Value == Wrapped? {
        FieldKind(
            .optional(kind.shape),
            read: { (value) throws(Mismatch) in value.isNull ? nil : try kind.read(value) },
            literal: { $0.flatMap(kind.literal) })
    }
}

extension FieldKind<JSONValue> {
    /// A string, as the value it is: its bytes stay where they are in the document.
    public static let text = FieldKind(
        .text,
        read: { (value) throws(Mismatch) in
            guard value.kind == .string else { throw .notText }
            return value
        },
        literal: { $0.string.map(Literal.text) })
}

extension FieldKind where Value: RawRepresentable<String> & CaseIterable & Equatable {
    /// One of the texts of `Value`, which a document describes under `name`.
    public static func choice(_ name: String) -> FieldKind {
        choice(.reference(name), else: .noneOf(texts))
    }

    /// One of the texts of `Value`, spelt out where the field is.
    public static var literal: FieldKind {
        choice(.choice(texts), else: .noLiteralOf(texts))
    }

    private static var texts: [String] { Value.allCases.map(\.rawValue) }

    private static func choice(_ shape: Shape, else mismatch: Mismatch) -> FieldKind {
        FieldKind(
            shape,
            read: { (value) throws(Mismatch) in
                let known = Value.allCases.first { value.kind == .string && value.bytes.equals($0.rawValue.utf8.span) }
                guard let known else { throw mismatch }
                return known
            },
            literal: { .text($0.rawValue) })
    }
}
