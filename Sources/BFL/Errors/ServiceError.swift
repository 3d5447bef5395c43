import Bytes
public import HTTP
import JSON
public import Steering

/// The reasons why the service refuses a request, each with its response. All of them are defined here.
public enum ServiceError: Error, Sendable {
    /// A body that is not valid text, or JSON that exceeds the parser's limits.
    case unreadableBody
    /// JSON with more values than allowed.
    case tooManyValues
    case insufficientCredits
    case notAuthenticated
    case wrongKey
    case invalid([Detail])
    /// Too many concurrent uses of the named resource; the client may retry after the given number of seconds.
    case tooMany(String, retryAfter: Int)
    /// The server is shutting down.
    case stopping
    /// A component that the service depends on is unavailable.
    case unavailable(retryAfter: Int)
    /// An answer that a rule or a life gives in place of the service.
    case scripted(ScriptedAnswer)

    public var status: Status {
        switch self {
        case .unreadableBody: .badRequest
        case .insufficientCredits: Status(402)
        case .notAuthenticated, .wrongKey: Status(403)
        case .tooManyValues: .contentTooLarge
        case .invalid: Status(422)
        case .tooMany: Status(429)
        case .stopping, .unavailable: Status(503)
        case .scripted(let answer): Status(answer.status)
        }
    }

    /// The response to the client.
    public func response(_ settings: Settings) -> Response {
        var response = Response.json(status, body(settings))
        if case .scripted(let answer) = self { for field in answer.fields { response.add(field) } }
        if let retryAfter { response.add("retry-after", "\(retryAfter)") }
        return response
    }

    private var retryAfter: Int? {
        switch self {
        case .tooMany(_, let seconds), .unavailable(let seconds): seconds
        case .scripted(let answer): answer.retryAfter
        default: nil
        }
    }

    func body(_ settings: Settings = Settings()) -> ByteBuffer {
        if case .invalid(let details) = self {
            return DetailList(details: details, limit: settings.refusalLimit, shortText: settings.echoLimit).body()
        }
        if case .scripted(let answer) = self, let body = answer.body { return ByteBuffer(body) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("detail")
            writer.string(message)
        }
        return writer.finish()
    }

    /// A short description of the error, for logs.
    var summary: String {
        guard case .invalid(let details) = self, let first = details.first else { return message }
        return details.count == 1 ? first.summary : "\(first.summary) (and \(details.count - 1) more)"
    }

    /// The service's own sentence for a status.
    private static func message(of status: Int) -> String {
        switch status {
        case 402: ServiceError.insufficientCredits.message
        case 403: ServiceError.wrongKey.message
        case 429: "Too many active tasks"
        case 500: "Internal Server Error"
        default: "\(Status(status).reason)"
        }
    }

    private var message: String {
        switch self {
        case .tooManyValues: "The body holds too many values"
        case .unreadableBody: "There was an error parsing the body"
        case .insufficientCredits: "Insufficient credits"
        case .notAuthenticated: "Not authenticated"
        case .wrongKey: "Not authenticated - Invalid Authentication"
        case .invalid: ""
        case .tooMany(let what, _): what
        case .stopping: "The server is stopping"
        case .unavailable: "Service Unavailable"
        case .scripted(let answer): ServiceError.message(of: answer.status)
        }
    }
}
