import Bytes

/// The table of routes: which handler a method and a path lead to.
///
/// Paths are compared after percent-decoding, once, and are not normalised. Patterns without parameters are found first.
public struct Router: Sendable {
    private let routes: [Route]
    /// The paths, those without parameters first.
    private let places: [Place]
    private let exactCount: Int
    private let fallback: Fallback

    /// What there is to say about a request without a route.
    public enum Miss: Sendable {
        case notFound
        /// The path has routes, but not for this method; `allow` is ready for the field of that name.
        case methodNotAllowed(allow: String)
    }

    /// Answers requests without a route, in the form its caller's service would.
    public typealias Fallback = @Sendable (borrowing Request, Miss) -> Response

    /// A path, and the routes that share it.
    private struct Place {
        let pattern: StaticString
        let segments: [Route.Segment]
        /// Indexes of routes by method: -1 for none.
        var routes = [Int](repeating: -1, count: Method.allCases.count)
        var allow = ""

        init(_ pattern: StaticString) {
            self.pattern = pattern
            segments = Route.segments(of: pattern)
        }

        var isExact: Bool { segments.allSatisfy { $0.literal != nil } }

        mutating func add(_ route: Route, _ index: Int) {
            for method in route.methods {
                precondition(routes[Int(method.rawValue)] < 0, "two routes for \(method.name) \(route.pattern)")
                routes[Int(method.rawValue)] = index
                allow += (allow.isEmpty ? "" : ", ") + "\(method.name)"
            }
        }
    }

    enum Match {
        case route(Int)
        case miss(Miss)
    }

    public init(_ routes: [Route], fallback: @escaping Fallback = Router.plainFallback) {
        self.routes = routes
        self.fallback = fallback
        var places: [Place] = []
        for (index, route) in routes.enumerated() {
            let known = places.firstIndex { "\($0.pattern)" == "\(route.pattern)" }
            if known == nil { places.append(Place(route.pattern)) }
            places[known ?? places.count - 1].add(route, index)
        }
        self.places = places.filter(\.isExact) + places.filter { !$0.isExact }
        exactCount = places.count(where: \.isExact)
    }

    /// The route at an index that `match` gave.
    func route(_ index: Int) -> Route { routes[index] }

    func answerMiss(_ request: borrowing Request, _ miss: Miss) -> Response {
        fallback(request, miss)
    }

    /// Finds the route of a request and leaves the path's parameters in it.
    func match(_ request: inout Request) -> Match {
        if request.path.contains(UInt8(ascii: "%")) {
            request.decodedPath = request.path.percentDecoded()
            request.isPathDecoded = true
        }
        let place = find(&request)
        guard place >= 0 else { return .miss(.notFound) }
        let index = places[place].routes[Int(request.method.rawValue)]
        return index >= 0 ? .route(index) : .miss(.methodNotAllowed(allow: places[place].allow))
    }

    /// The place of a request's path, or -1.
    private func find(_ request: inout Request) -> Int {
        for place in 0..<exactCount {
            if request.routedPath.equals(places[place].pattern) { return place }
        }
        for place in exactCount..<places.count {
            if let parameters = Route.match(places[place].segments, request.routedPath) {
                request.parameters = parameters
                return place
            }
        }
        return -1
    }

    /// 404 and 405 as short JSON.
    public static let plainFallback: Fallback = { _, miss in
        switch miss {
        case .notFound:
            return .json(.notFound, ByteBuffer(#"{"detail":"Not Found"}"#))
        case .methodNotAllowed(let allow):
            var response = Response.json(.methodNotAllowed, ByteBuffer(#"{"detail":"Method Not Allowed"}"#))
            response.add("allow", allow)
            return response
        }
    }
}
