import Bytes
public import HTTP
import JSON
import Tasks

extension Service {
    /// The service's paths.
    ///
    /// Another service whose paths begin with `/v1` too may be served beside: of `/v1` itself only WebSockets are answered
    /// here, and POSTs that are not that service's, which has a key in `x-key`.
    public var routes: [Route] {
        ["/v1", "/v1/"].flatMap { path in
            [
                Route([.get], path, .webSocket({ converse($0) }, otherwise: { Router.plainFallback($0, .notFound) })),
                .post(path, later: { post($0, $1) }).refusing { Service.told($0) },
                Route(
                    Method.allCases.filter { $0 != .get && $0 != .post }, path,
                    .now { Router.plainFallback($0, .notFound) }),
            ]
        } + [pictures]
    }

    /// What the server refuses before anybody reads it, as this service tells it.
    private static func told(_ refusal: HTTP.Refusal) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("errors")
            writer.array { $0.error(ErrorObject(.refused(refusal))) }
        }
        return writer.finish()
    }

    /// What stands before paths in addresses for the sender of a request.
    func base(_ request: borrowing Request) -> String {
        settings.publicURL ?? request.origin(trustingForwarded: settings.trustsForwarded)
    }

    /// Whether a key is let in.
    func knows(_ key: APIKey) -> Bool {
        settings.keys.isEmpty || settings.keys.contains(where: key.matches)
    }
}
