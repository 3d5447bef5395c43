/// The JSON Schema of a value, for documents about a contract. ``FieldKind`` checks values.
public indirect enum Shape: Sendable {
    /// Anything at all.
    case any
    case text
    case boolean
    case number
    case integer(minimum: Int? = nil, maximum: Int? = nil)
    /// An object with any members.
    case object
    /// One of these texts.
    case choice([String])
    /// A named schema that the document defines once.
    case reference(String)
    case array(Shape)
    /// Any of these.
    case either([Shape])
    case null

    /// This or null.
    public static func optional(_ shape: Shape) -> Shape { .either([shape, .null]) }

    /// Whether it is or contains a reference, which brings its own title.
    var refers: Bool {
        switch self {
        case .reference: true
        case .either(let shapes): shapes.contains(where: \.refers)
        default: false
        }
    }
}
