public import Bytes

/// Methods and a path, with the handler of their requests.
public struct Route: Sendable {
    public let methods: [Method]
    /// A path like `/v1/tasks/{id}`; a name in braces matches one segment that is not empty.
    public let pattern: StaticString
    /// Whether the handler needs the body. If not, a handler that answers at once is called before the body arrives, which is
    /// then discarded; other handlers get the body anyway.
    public let wantsBody: Bool
    /// The largest body, if it is to be less than the server's limit.
    public let bodyLimit: Int?
    public private(set) var handler: Handler
    /// What requests of the route are, for rules, logs and journals.
    public private(set) var kind = Kind.other
    /// The body of the server's own refusals on this path, where it differs from the usual one.
    public private(set) var refusal: (@Sendable (Refusal) -> ByteBuffer)?

    /// What an exchange is about.
    public enum Kind: String, Sendable, CaseIterable {
        case submit, poll, download, credits, upload
        /// A WebSocket: its upgrade and its messages.
        case socket
        /// A page or a description.
        case document
        /// The emulator's own paths.
        case control
        case other
    }

    /// What a handler that may not know its answer yet returns.
    public enum Outcome: ~Copyable, Sendable {
        case now(Response)
        /// Called at once with the responder, on the same thread.
        case later(@Sendable (Responder) -> Void)
    }

    /// What is done with a request.
    public enum Handler: Sendable {
        /// Answered at once, on the loop's thread: must be short and must not wait.
        case now(@Sendable (borrowing Request) -> Response)
        /// Answered later, from any thread, through the responder.
        case later(@Sendable (consuming Request, Responder) -> Void)
        /// Answered at once on the loop's thread, or later from any thread. The request is only borrowed: the handler reads what a
        /// late answer needs before it returns.
        case nowOrLater(@Sendable (borrowing Request) -> Outcome)
        /// Becomes a WebSocket, or is refused with a response. A request without an upgrade may get another answer.
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

    /// The same route, whose requests are of a kind.
    public func of(kind: Kind) -> Route {
        var route = self
        route.kind = kind
        return route
    }

    /// The same route with another handler, such as one around its own.
    public func handled(by handler: Handler) -> Route {
        var route = self
        route.handler = handler
        return route
    }

    /// The same route, whose refusals have a body of the service's own.
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
