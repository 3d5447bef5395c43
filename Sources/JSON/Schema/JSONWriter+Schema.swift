extension JSONWriter {
    /// Writes the JSON Schema of an object, its keys in the order in which pydantic has them.
    public mutating func schema(_ object: ObjectShape) {
        beginObject()
        key("properties")
        beginObject()
        for member in object.members {
            key(member.name)
            schema(member)
        }
        endObject()
        if object.forbidsOthers {
            key("additionalProperties")
            bool(false)
        }
        pair("type", "object")
        let required = object.members.filter(\.isRequired)
        if !required.isEmpty {
            key("required")
            array { writer in for member in required { writer.string(member.name) } }
        }
        pair("title", object.name)
        if let description = object.description { pair("description", description) }
        endObject()
    }

    private mutating func schema(_ member: ObjectShape.Member) {
        beginObject()
        keywords(member.shape)
        if let title = member.title { pair("title", title) }
        if let description = member.description { pair("description", description) }
        if let standard = member.standard {
            key("default")
            literal(standard)
        }
        endObject()
    }

    /// Writes the JSON Schema of a value, with a title if it has one.
    public mutating func schema(_ shape: Shape, title: String? = nil) {
        beginObject()
        keywords(shape)
        if let title { pair("title", title) }
        endObject()
    }

    /// Writes the keywords of a schema besides titles and descriptions into the open object.
    private mutating func keywords(_ shape: Shape) {
        switch shape {
        case .any: break
        case .text: pair("type", "string")
        case .boolean: pair("type", "boolean")
        case .number: pair("type", "number")
        case .null: pair("type", "null")
        case .integer(let minimum, let maximum):
            pair("type", "integer")
            if let maximum { pair("maximum", maximum) }
            if let minimum { pair("minimum", minimum) }
        case .object:
            key("additionalProperties")
            bool(true)
            pair("type", "object")
        case .choice(let choices):
            pair("type", "string")
            key("enum")
            array { writer in for choice in choices { writer.string(choice) } }
        case .reference(let name):
            pair("$ref", "#/components/schemas/\(name)")
        case .array(let element):
            key("items")
            schema(element)
            pair("type", "array")
        case .either(let shapes):
            key("anyOf")
            array { writer in for shape in shapes { writer.schema(shape) } }
        }
    }

    public mutating func literal(_ literal: Literal) {
        switch literal {
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .text(let value): string(value)
        }
    }
}
