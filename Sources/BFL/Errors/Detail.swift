import Bytes
public import JSON

/// One entry of a 422's list: what is wrong, where, and the value that was found.
public struct Detail: Sendable {
    let problem: Problem
    let place: Place
    let input: Input

    /// The part of a request that an entry is about.
    public enum Place: Sendable {
        case body
        case field(StaticString)
        /// An unknown field, by its key.
        case other(JSONValue)
        /// A character offset in the body's text.
        case character(Int)
        case query(StaticString)
        case header(StaticString)
    }

    /// The invalid value, as the entry echoes it.
    enum Input: Sendable {
        case null
        case emptyObject
        case value(JSONValue)
        /// A body that is not JSON.
        case text(SharedBytes)
    }

    init(_ problem: Problem, _ place: Place, _ input: Input) {
        self.problem = problem
        self.place = place
        self.input = input
    }

    /// Creates an entry from a schema's finding in the body.
    init(inBody finding: Finding) {
        let place: Place =
            switch finding.place {
            case .whole: .body
            case .field(let name): .field(name)
            case .other(let key): .other(key)
            }
        self.init(.mismatch(finding.mismatch), place, .value(finding.value))
    }

    /// An entry for a value that matches the schema and is invalid for another reason.
    static func value(_ reason: String, _ place: Place, _ input: JSONValue) -> Detail {
        Detail(.value(reason), place, .value(input))
    }

    /// The place and the problem in one line, for logs. Omits keys that the client chose.
    var summary: String {
        switch place {
        case .body, .other: "body: \(problem.message)"
        case .field(let name): "\(name): \(problem.message)"
        case .character(let position): "character \(position): \(problem.message)"
        case .query(let name), .header(let name): "\(name): \(problem.message)"
        }
    }

    /// Whether the error is outside the schema, that is, the value matches it.
    var isBeyondSchema: Bool { if case .value = problem { true } else { false } }
}

extension JSONWriter {
    /// Writes an entry; `bounds` limits how much of the request it echoes.
    mutating func detail(_ detail: Detail, _ bounds: EchoBounds) {
        beginObject()
        key("type")
        string(detail.problem.type)
        key("loc")
        array { $0.place(detail.place, bounds) }
        pair("msg", detail.problem.message)
        key("input")
        input(detail.input, bounds)
        if let (name, value) = detail.problem.context {
            key("ctx")
            object { context in
                context.key(name)
                context.literal(value)
            }
        }
        endObject()
    }

    private mutating func place(_ place: Detail.Place, _ bounds: EchoBounds) {
        switch place {
        case .body:
            string("body")
        case .field(let name):
            string("body")
            string(name)
        case .other(let name):
            string("body")
            string(name.bytes, until: bounds.end)
        case .character(let position):
            string("body")
            integer(position)
        case .query(let name):
            string("query")
            string(name)
        case .header(let name):
            string("header")
            string(name)
        }
    }

    private mutating func input(_ input: Detail.Input, _ bounds: EchoBounds) {
        switch input {
        case .null: null()
        case .emptyObject: object { _ in }
        // FastAPI's encoder omits keys with this prefix because it takes them for SQLAlchemy's internal state.
        case .value(let value): echo(value, omittingKeysWithPrefix: "_sa", bounds)
        case .text(let text): string(text.bytes.characters(upTo: bounds.text), until: bounds.end)
        }
    }
}
