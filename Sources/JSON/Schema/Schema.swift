import Bytes

/// What an object must look like to be read as a `Model`: its fields in order, and no others.
public struct Schema<Model>: Sendable {
    public let shape: ObjectShape
    private let fields: [Field<Model>]
    private let names: [StaticString]

    public init(_ name: String, description: String? = nil, _ fields: [Field<Model>]) {
        shape = ObjectShape(name, description: description, forbidsOthers: true, fields.map(\.member))
        self.fields = fields
        names = fields.map(\.name)
    }

    /// Reads an object into `model`, or finds all that is wrong with it: first in the fields, in their order and at most
    /// once each, then the members nobody knows, in the order of the text; of all these, as many as `limit`.
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

/// One field of a schema: its name, how it is read, where it goes and what is said about it.
public struct Field<Model>: Sendable {
    public let name: StaticString
    let member: ObjectShape.Member
    /// Puts a value in its place in the model, or what counts in place of one that is absent.
    private let assign: @Sendable (JSONValue?, inout Model) throws(Mismatch) -> Void

    /// A field that must be there.
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

    /// A field that may be absent.
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
