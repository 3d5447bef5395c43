import Bytes
public import HTTP
import JSON

/// Why the service refuses a request. The one table of its refusals; each renders itself.
public enum ServiceError: Error, Sendable {
    /// A body that is no text, or JSON beyond what can be read.
    case unreadableBody
    /// JSON of more values than are read.
    case tooManyValues
    case insufficientCredits
    case notAuthenticated
    case wrongKey
    case invalid([Detail])
    /// Too much at once, and of what; to be tried again after so many seconds.
    case tooMany(String, retryAfter: Int)
    /// The server is about to end.
    case stopping

    public var status: Status {
        switch self {
        case .unreadableBody: .badRequest
        case .insufficientCredits: Status(402)
        case .notAuthenticated, .wrongKey: Status(403)
        case .tooManyValues: .contentTooLarge
        case .invalid: Status(422)
        case .tooMany: Status(429)
        case .stopping: Status(503)
        }
    }

    /// The answer to the caller.
    public func response(_ settings: Settings) -> Response {
        var response = Response.json(status, body(settings))
        if case .tooMany(_, let seconds) = self { response.add("retry-after", "\(seconds)") }
        return response
    }

    func body(_ settings: Settings = Settings()) -> ByteBuffer {
        if case .invalid(let details) = self {
            return DetailList(details: details, limit: settings.refusalLimit, shortText: settings.echoLimit).body()
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("detail")
            writer.string(message)
        }
        return writer.finish()
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
        }
    }
}
