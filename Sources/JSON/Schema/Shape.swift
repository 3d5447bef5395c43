/// What JSON Schema says about a value: for documents about a contract. ``FieldKind`` is what checks values.
public indirect enum Shape: Sendable {
    /// Anything at all.
    case any
    case text
    case boolean
    case number
    case integer(minimum: Int? = nil, maximum: Int? = nil)
    /// An object with whatever members.
    case object
    /// One of these texts.
    case choice([String])
    /// What a document describes in one place under a name.
    case reference(String)
    case array(Shape)
    /// Any of these.
    case either([Shape])
    case null

    /// This or null.
    public static func optional(_ shape: Shape) -> Shape { .either([shape, .null]) }

    /// Whether a name stands for it or for part of it, so that it brings its own title.
    var refers: Bool {
        switch self {
        case .reference: true
        case .either(let shapes): shapes.contains(where: \.refers)
        default: false
        }
    }
}
