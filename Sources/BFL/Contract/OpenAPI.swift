import Bytes
import JSON

/// The contract as an OpenAPI 3.1 document.
enum OpenAPI {
    /// The document for a client that reaches this server at `base`, which is empty if unknown.
    static func document(base: String) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { writer in
            writer.pair("openapi", "3.1.0")
            writer.member("info") { info in
                info.pair("title", Contract.title)
                info.pair("description", Contract.description)
                info.pair("version", Contract.version)
            }
            writer.key("servers")
            writer.array { servers in
                // Generated clients use the first server, which must not be the real service.
                for (url, description) in [
                    (base.isEmpty ? "/" : base, "This emulator"), (Contract.server, Contract.title),
                ] {
                    servers.object { server in
                        server.pair("url", url)
                        server.pair("description", description)
                    }
                }
            }
            writer.key("security")
            writer.array { _ in }
            writer.key("tags")
            writer.array { tags in
                for tag in Contract.tags {
                    tags.object { object in
                        object.pair("name", tag.name)
                        object.pair("description", tag.description)
                    }
                }
            }
            writer.member("paths") { paths in
                for operation in Contract.operations {
                    paths.member("\(operation.path.text)") { path in
                        path.member(operation.method) { $0.operation(operation) }
                    }
                }
            }
            writer.member("components") { $0.components() }
        }
        return writer.finish()
    }
}

extension JSONWriter {
    /// Writes a member whose value is an object.
    fileprivate mutating func member(_ name: String, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    fileprivate mutating func operation(_ operation: Operation) {
        if let tag = operation.tag {
            key("tags")
            array { $0.string(tag) }
        }
        pair("summary", operation.summary)
        pair("description", operation.description)
        pair("operationId", operation.id)
        if let query = operation.query {
            key("parameters")
            array { parameters in
                for parameter in query.members {
                    parameters.object { object in
                        object.pair("name", parameter.name)
                        object.pair("in", "query")
                        object.key("required")
                        object.bool(parameter.isRequired)
                        object.key("schema")
                        object.schema(parameter.shape, title: parameter.title)
                    }
                }
            }
        }
        if let body = operation.body {
            member("requestBody") { request in
                request.key("required")
                request.bool(true)
                request.content(.reference(body.name))
            }
        }
        member("responses") { responses in
            responses.member("200") { answer in
                answer.pair("description", "Successful Response")
                answer.content(operation.answer, title: operation.answerTitle)
            }
            if operation.checksForm {
                responses.member("422") { answer in
                    answer.pair("description", "Validation Error")
                    answer.content(.reference(Responses.validationErrors.name))
                }
            }
        }
        if operation.needsKey {
            key("security")
            array { schemes in
                schemes.object { scheme in
                    scheme.key("APIKeyHeader")
                    scheme.array { _ in }
                }
            }
        }
    }

    fileprivate mutating func content(_ shape: Shape, title: String? = nil) {
        member("content") { content in
            content.member("application/json") { type in
                type.key("schema")
                type.schema(shape, title: title)
            }
        }
    }

    fileprivate mutating func components() {
        member("schemas") { schemas in
            for object in Contract.objects {
                schemas.key(object.name)
                schemas.schema(object)
            }
            for choice in Contract.choices {
                schemas.key(choice.name)
                schemas.schema(.choice(choice.texts), title: choice.name)
            }
        }
        member("securitySchemes") { schemes in
            schemes.member("APIKeyHeader") { scheme in
                scheme.pair("type", "apiKey")
                scheme.pair("in", "header")
                scheme.pair("name", "\(Contract.keyField)")
            }
        }
    }
}
