import Bytes
public import HTTP

extension Service {
    /// The service's paths, and the two documents that describe them.
    public var routes: [Route] {
        operation(Contract.submit, .post, .submit, wantsBody: true, .later { [self] in submit($0, $1) })
            + operation(Contract.result, .get, .poll, poll)
            + operation(Contract.credits, .get, .credits, .now { [self] in credits($0) })
            + documents + [delivery]
    }

    private func operation(
        _ operation: Operation, _ method: Method, _ kind: Route.Kind, wantsBody: Bool = false, _ handler: Route.Handler
    ) -> [Route] {
        [operation.path.text, operation.path.withLineFeed].map { path in
            Route([method], path, wantsBody: wantsBody, handler).of(kind: kind)
        }
    }

    private var documents: [Route] {
        let documents: [Route] = [
            .get("/openapi.json", head: true) { [self] in .json(.ok, OpenAPI.document(base: base($0))) },
            .get("/docs", head: true) { [self] request in
                let page = ReferencePage.html(base: base(request), alsoServed: settings.alsoServed)
                return Response(.ok, contentType: "text/html; charset=utf-8", .bytes(page))
            },
        ]
        return documents.map { $0.of(kind: .document) }
    }
}
