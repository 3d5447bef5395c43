public import Bytes

/// A method, a path, and what is done there: a value.
public struct Route: Sendable {
    public let methods: [Method]
    /// A path like `/v1/tasks/{id}`; what stands in braces matches one segment that is not empty.
    public let pattern: StaticString
    /// Whether the handler needs the body. If not, a handler that answers at once does so before the body has come, which is
    /// then thrown away; the others get whatever comes.
    public let wantsBody: Bool
    /// The largest body, if it is to be less than the server's limit.
    public let bodyLimit: Int?
    public let handler: Handler
    /// How the server's own refusals are told to callers of this path, where not as usual.
    public private(set) var refusal: (@Sendable (Refusal) -> ByteBuffer)?

    /// What is done with a request.
    public enum Handler: Sendable {
        /// Answered at once, on the loop's thread: must be short and must not wait.
        case now(@Sendable (borrowing Request) -> Response)
        /// Answered later, from any thread, through the responder.
        case later(@Sendable (consuming Request, Responder) -> Void)
        /// Becomes a WebSocket, or is refused with a response. A request that does not ask for one may have an answer of its own.
        case webSocket(
            @Sendable (borrowing Request) -> WebSocket.Acceptance,
            otherwise: (@Sendable (borrowing Request) -> Response)? = nil)
    }

    public init(
        _ methods: [Method], _ pattern: StaticString, wantsBody: Bool = false, bodyLimit: Int? = nil, _ handler: Handler
    ) {
        precondition("\(pattern)".hasPrefix("/"))
        self.methods = methods
        self.pattern = pattern
        self.wantsBody = wantsBody
        self.bodyLimit = bodyLimit
        self.handler = handler
    }

    /// The same route, whose body's refusals are told in JSON of the service's own.
    public func refusing(_ refusal: @escaping @Sendable (Refusal) -> ByteBuffer) -> Route {
        var route = self
        route.refusal = refusal
        return route
    }

    /// A route for GET that is answered at once; with `head`, for HEAD too.
    public static func get(
        _ pattern: StaticString, head: Bool = false, _ handler: @escaping @Sendable (borrowing Request) -> Response
    ) -> Route {
        Route(head ? [.get, .head] : [.get], pattern, .now(handler))
    }

    /// A route for POST whose body is read and which is answered at once.
    public static func post(
        _ pattern: StaticString, bodyLimit: Int? = nil, _ handler: @escaping @Sendable (borrowing Request) -> Response
    ) -> Route {
        Route([.post], pattern, wantsBody: true, bodyLimit: bodyLimit, .now(handler))
    }

    /// A route for POST whose body is read and which is answered later.
    public static func post(
        _ pattern: StaticString, bodyLimit: Int? = nil,
        later handler: @escaping @Sendable (consuming Request, Responder) -> Void
    ) -> Route {
        Route([.post], pattern, wantsBody: true, bodyLimit: bodyLimit, .later(handler))
    }

    // MARK: - Patterns

    /// A piece of a pattern between slashes: literal bytes, or a parameter.
    struct Segment: Sendable {
        let literal: [UInt8]?
    }

    static func segments(of pattern: StaticString) -> [Segment] {
        "\(pattern)".split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { piece in
            Segment(literal: piece.hasPrefix("{") && piece.hasSuffix("}") ? nil : Array(piece.utf8))
        }
    }

    /// The parameters of a decoded path that fits, as slices of it.
    static func match(_ segments: [Segment], _ path: Span<UInt8>) -> [Slice]? {
        var parameters: [Slice] = []
        var at = 0
        for segment in segments {
            guard at < path.count, path[at] == UInt8(ascii: "/") else { return nil }
            let start = at + 1
            at = start
            while at < path.count, path[at] != UInt8(ascii: "/") { at += 1 }
            if let literal = segment.literal {
                guard path.extracting(start..<at).equals(literal.span) else { return nil }
            } else {
                guard at > start else { return nil }
                parameters.append(Slice(start, at))
            }
        }
        return at == path.count ? parameters : nil
    }
}
