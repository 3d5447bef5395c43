/// The JSON Schema of an object: its members in order, and whether there may be others.
public struct ObjectShape: Sendable {
    public let name: String
    public let description: String?
    public let forbidsOthers: Bool
    public let members: [Member]

    public init(_ name: String, description: String? = nil, forbidsOthers: Bool = false, _ members: [Member]) {
        self.name = name
        self.description = description
        self.forbidsOthers = forbidsOthers
        self.members = members
    }

    /// One member: its schema, and whether it is required.
    public struct Member: Sendable {
        public let name: String
        public let shape: Shape
        public let isRequired: Bool
        public let title: String?
        public let description: String?
        public let standard: Literal?

        /// The title defaults to one made from the name. `standard` is the value of an absent member.
        public init(
            _ name: String, _ shape: Shape, required isRequired: Bool = false, title: String? = nil,
            _ description: String? = nil, standard: Literal? = nil
        ) {
            self.name = name
            self.shape = shape
            self.isRequired = isRequired
            self.title = title ?? (shape.refers ? nil : Self.title(of: name))
            self.description = description
            self.standard = standard
        }

        /// `input_image` as `Input Image`.
        private static func title(of name: String) -> String {
            name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
        }
    }
}

/// A plain value that a description names.
public enum Literal: Sendable, Equatable {
    case bool(Bool)
    case integer(Int)
    case text(String)
}
