import Bytes
public import HTTP

extension Service {
    /// The service's paths, and the two documents about them.
    public var routes: [Route] {
        operation(Contract.submit, .post, wantsBody: true, .later { [self] in submit($0, $1) })
            + operation(Contract.result, .get, .now { [self] in result($0) })
            + operation(Contract.credits, .get, .now { [self] in credits($0) })
            + documents + [delivery]
    }

    private func operation(
        _ operation: Operation, _ method: Method, wantsBody: Bool = false, _ handler: Route.Handler
    ) -> [Route] {
        [operation.path.text, operation.path.withLineFeed].map { path in
            Route([method], path, wantsBody: wantsBody, handler)
        }
    }

    private var documents: [Route] {
        [
            .get("/openapi.json", head: true) { [self] in .json(.ok, OpenAPI.document(base: base($0))) },
            .get("/docs", head: true) { [self] request in
                let page = ReferencePage.html(base: base(request))
                return Response(.ok, contentType: "text/html; charset=utf-8", .bytes(page))
            },
        ]
    }
}
