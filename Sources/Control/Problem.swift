import Bytes
import HTTP
import JSON
import Steering

/// Why a call is refused, as RFC 9457 describes it.
struct Problem: Error {
    let status: Status
    /// What is wrong, and what was expected.
    let detail: String
    /// The value concerned, as a JSON pointer into the body.
    var pointer: String?
    var position: TextPosition?
    /// A field of the answer that says how to do it right.
    var field: (name: StaticString, value: String)?

    init(_ status: Status, _ detail: String, at pointer: String? = nil, _ position: TextPosition? = nil) {
        (self.status, self.detail, self.pointer, self.position) = (status, detail, pointer, position)
    }

    init(_ error: RuleError) {
        self.init(Status(422), error.reason, at: error.pointer, error.position)
    }

    func response() -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.pair("type", "about:blank")
            writer.pair("title", "\(status.reason)")
            writer.pair("status", status.code)
            writer.pair("detail", detail)
            if let pointer { writer.pair("pointer", pointer) }
            if let position {
                writer.pair("line", position.line)
                writer.pair("column", position.column)
            }
        }
        var response = Response(status, contentType: "application/problem+json", .bytes(writer.finish()))
        if let field { response.add(field.name, field.value) }
        return response
    }
}
