import Bytes

/// The fields of an object that is read as a `Model`, in order. Other members are refused.
public struct Schema<Model>: Sendable {
    public let shape: ObjectShape
    private let fields: [Field<Model>]
    private let names: [StaticString]

    public init(_ name: String, description: String? = nil, _ fields: [Field<Model>]) {
        shape = ObjectShape(name, description: description, forbidsOthers: true, fields.map(\.member))
        self.fields = fields
        names = fields.map(\.name)
    }

    /// Reads an object into `model`, or returns findings: first of the fields, in their order and at most one each, then of
    /// unknown members, in the order of the text; at most `limit` in all.
    public func read(_ object: JSONValue, into model: inout Model, limit: Int = .max) -> [Finding] {
        guard object.kind == .object else {
            return [Finding(place: .whole, mismatch: .notAnObject, value: object)]
        }
        var found = [JSONValue?](repeating: nil, count: fields.count)
        var others: [JSONValue.Member] = []
        for member in object.members {
            if let field = names.firstIndex(where: { member.key.bytes.equals($0) }) {
                found[field] = member.value
            } else if others.count < limit {
                others.append(member)
            }
        }
        var findings: [Finding] = []
        for (field, value) in zip(fields, found) {
            if let mismatch = field.read(value, into: &model) {
                findings.append(Finding(place: .field(field.name), mismatch: mismatch, value: value ?? object))
            }
        }
        for member in others {
            findings.append(Finding(place: .other(member.key), mismatch: .unknown, value: member.value))
        }
        return Array(findings.prefix(limit))
    }
}

/// One field of a schema: its name, how it is read, where it goes and its description.
public struct Field<Model>: Sendable {
    public let name: StaticString
    let member: ObjectShape.Member
    /// Stores a value in the model, or the default of an absent one.
    private let assign: @Sendable (JSONValue?, inout Model) throws(Mismatch) -> Void

    /// A required field.
    public init<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Model, Value> & Sendable, _ kind: FieldKind<Value>,
        _ description: String? = nil
    ) {
        self.name = name
        member = ObjectShape.Member("\(name)", kind.shape, required: true, description)
        assign = { (value, model) throws(Mismatch) in
            guard let value else { throw .missing }
            model[keyPath: path] = try kind.read(value)
        }
    }

    /// An optional field.
    public init<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Model, Value> & Sendable, _ kind: FieldKind<Value>,
        standard: Value, _ description: String? = nil
    ) {
        self.name = name
        member = ObjectShape.Member("\(name)", kind.shape, description, standard: kind.literal(standard))
        assign = { (value, model) throws(Mismatch) in
            model[keyPath: path] = if let value { try kind.read(value) } else { standard }
        }
    }

    func read(_ value: JSONValue?, into model: inout Model) -> Mismatch? {
        do throws(Mismatch) {
            try assign(value, &model)
            return nil
        } catch {
            return error
        }
    }
}
