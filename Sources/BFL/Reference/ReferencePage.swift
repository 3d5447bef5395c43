import Bytes
import HTTP
import JSON

/// The reference page, generated from the contract as one self-contained HTML file.
enum ReferencePage {
    /// The page; `base` is the base URL in its examples.
    static func html(base: String, alsoServed sections: [ReferenceSection] = []) -> ByteBuffer {
        var page = HTML()
        page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        page.element("title", "\(Contract.title) reference")
        page.raw("<style>\(style)</style>\n</head>\n<body>\n")
        appendContents(sections, to: &page)
        page.raw("<main>\n")
        page.element("h1", Contract.title)
        page.element(
            "p",
            "What this emulator of the outpainting service answers. Submit a task, poll it until it is ready, fetch the "
                + "image. No model is behind it: the image is continued from its own pixels.")
        page.raw("<p>The same as a document for programs: <a href=\"/openapi.json\">/openapi.json</a>.</p>\n")
        page.element("p", "Send your key in the field \(Contract.keyField).")
        for operation in Contract.operations { append(operation, to: &page) }
        for section in own + sections { append(section, to: &page) }
        appendRefusals(to: &page)
        appendDetails(to: &page)
        page.element("h2", "Examples", id: "examples")
        page.element("h3", "Shell, with curl")
        page.example("curl", Examples.curl(base: base))
        page.element("h3", "Python, with nothing but its own library")
        page.example("python", Examples.python(base: base))
        page.raw("</main>\n</body>\n</html>\n")
        return ByteBuffer(page.text)
    }

    /// Appends the table of contents, which stays visible beside the page.
    private static func appendContents(_ sections: [ReferenceSection], to page: inout HTML) {
        page.raw("<nav>\n")
        for operation in Contract.operations {
            page.link(to: operation.id, operation.method.uppercased(), operation.path.text.description)
        }
        for section in own + sections { page.link(to: section.id, nil, section.title) }
        page.link(to: "refusals", nil, "Refusals")
        page.link(to: "details", nil, "422: what is wrong")
        page.link(to: "examples", nil, "Examples")
        page.raw("</nav>\n")
    }

    private static func append(_ operation: Operation, to page: inout HTML) {
        page.heading(operation.id, operation.method.uppercased(), operation.path.text.description)
        page.element("p", operation.id == Contract.submit.id ? submit : operation.description)
        if operation.needsKey { page.element("p", "Needs a key.") }
        if let query = operation.query {
            page.element("h3", "Query")
            append(query, to: &page)
        }
        if let body = operation.body {
            page.element("h3", "Body: \(body.name)")
            append(body, to: &page)
            if body.forbidsOthers { page.element("p", "Other fields are refused.") }
        }
        for object in Contract.objects where operation.answer.names.contains(object.name) {
            page.element("h3", "Answer: \(object.name)")
            append(object, to: &page)
        }
    }

    /// The description of submissions: the published text, and what applies to this server.
    private static let submit = """
        Submits an outpainting task. The input image is placed on a canvas of width by height at the given offset, and the \
        canvas around it is filled. Fields that a model would read, such as prompt, are checked and have no influence.
        """

    /// Sections about the service that describe no operation.
    private static let own = [
        ReferenceSection(
            id: "delivery", title: "Delivery links",
            [
                """
                A task that is ready has the address of its image in result.sample. Whoever has the address can fetch the \
                image, without a key, by GET or HEAD, whole or in ranges.
                """,
                """
                The address is signed and good for ten minutes (--result-lifetime). After that, and with another signature, \
                the answer is 403 as XML, as Azure's storage writes it.
                """,
            ]),
        ReferenceSection(
            id: "webhooks", title: "Webhooks",
            [
                """
                With --bfl-webhook-url, each task that has ended is sent there by POST as JSON: id, status, progress, result \
                as a poll shows it, and cost. A submit is then answered with webhook_url in place of polling_url.
                """,
                """
                --bfl-webhook-secret goes along in the field X-Webhook-Secret. After 408, 425, 429, 5xx or no answer it is \
                sent again after 1, 5 and 30 seconds.
                """,
            ]),
    ]

    private static func append(_ section: ReferenceSection, to page: inout HTML) {
        page.element("h2", section.title, id: section.id)
        for paragraph in section.paragraphs { page.element("p", paragraph) }
        if let example = section.example { page.example("\(section.id)-example", example) }
    }

    private static func append(_ object: ObjectShape, to page: inout HTML) {
        page.table(
            ["Field", "Type", "Default", "Meaning"],
            object.members.map { member in
                let standard = member.isRequired ? "required" : member.standard.map(\.text) ?? "null"
                return [
                    .name(member.name), .text(member.shape.words), .text(standard), .text(member.description ?? ""),
                ]
            })
    }

    private static func appendRefusals(to page: inout HTML) {
        page.element("h2", "Refusals", id: "refusals")
        let refusals: [ServiceError] = [
            .unreadableBody, .insufficientCredits, .notAuthenticated, .wrongKey, .tooManyValues,
            .tooMany("Too many active tasks", retryAfter: 1), .stopping,
        ]
        page.table(
            ["Status", "Body"],
            refusals.map { refusal in
                let body = refusal.body()
                return [.text("\(refusal.status.code)"), .code(body.bytes.text)]
            })
        page.element("p", "At its own bounds the server answers, and then closes the connection:")
        let bounds: [Refusal] = [.bodyTooLarge, .tooManyConnections, .outOfBodyMemory, .outOfAnswerMemory]
        page.table(
            ["Status", "Body"],
            bounds.map { [.text("\($0.status.code)"), .code("{\"detail\":\"\($0.message)\"}")] })
        page.element("p", "429 and 503 may have retry-after, in seconds.")
        page.element("p", "A path with slashes too many at its end is answered with 307 and the right one.")
    }

    private static func appendDetails(to page: inout HTML) {
        page.element("h2", "422: what is wrong with a request", id: "details")
        page.element("p", "detail is a list. Each entry has a type, loc, msg, input and, for some, ctx.")
        page.table(
            ["Type", "Message"],
            Problem.examples.map { [.name("\($0.type)"), .text($0.message)] })
    }
}

extension Shape {
    /// The value's type in words.
    fileprivate var words: String {
        switch self {
        case .any: "anything"
        case .text: "string"
        case .boolean: "boolean"
        case .number: "number"
        case .null: "null"
        case .object: "object"
        case .integer(let minimum?, let maximum?): "integer from \(minimum) to \(maximum)"
        case .integer(let minimum?, nil): "integer, at least \(minimum)"
        case .integer(nil, let maximum?): "integer, at most \(maximum)"
        case .integer(nil, nil): "integer"
        case .choice(let texts): texts.map { "“\($0)”" }.joined(separator: ", ")
        case .reference(let name):
            Contract.choices.first { $0.name == name }.map { Shape.choice($0.texts).words } ?? name
        case .array(let element): "list of \(element.words)"
        case .either(let shapes): shapes.map(\.words).joined(separator: " or ")
        }
    }

    /// The names of the schemas that it refers to.
    fileprivate var names: [String] {
        switch self {
        case .reference(let name): [name]
        case .either(let shapes): shapes.flatMap(\.names)
        default: []
        }
    }
}

extension Literal {
    fileprivate var text: String {
        switch self {
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .text(let value): "“\(value)”"
        }
    }
}
