import Bytes
public import HTTP
import JSON
import Tasks

extension Service {
    /// The service's paths.
    ///
    /// Another service with paths below `/v1` may run on the same server, so of `/v1` itself only WebSockets and POST
    /// requests are handled here.
    public var routes: [Route] {
        ["/v1", "/v1/"].flatMap { path in
            [
                Route(
                    [.get], path,
                    .webSocket({ [self] in accept($0) }, otherwise: { Router.plainFallback($0, .notFound) })
                )
                .of(kind: .socket),
                .post(path, later: { [self] in post($0, $1) }).refusing { Service.told($0) }.of(kind: .submit),
                Route(
                    Method.allCases.filter { $0 != .get && $0 != .post }, path,
                    .now { Router.plainFallback($0, .notFound) }),
            ]
        } + [pictures.of(kind: .download)]
    }

    /// The supported task types, for documents.
    public static let taskTypes = TaskType.allCases.map(\.rawValue)

    /// The error body, in this service's format, for a request that the HTTP server refuses.
    private static func told(_ refusal: HTTP.Refusal) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("errors")
            writer.array { $0.error(ErrorObject(.refused(refusal))) }
        }
        return writer.finish()
    }

    /// The base URL for links in responses to a request.
    func base(_ request: borrowing Request) -> String {
        settings.publicURL ?? request.origin(trustingForwarded: settings.trustsForwarded)
    }

    /// Whether a key is accepted.
    func knows(_ key: APIKey) -> Bool {
        settings.keys.isEmpty || settings.keys.contains(where: key.matches)
    }
}
