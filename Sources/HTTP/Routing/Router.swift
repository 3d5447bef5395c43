import Bytes

/// The table of routes: which handler a method and a path lead to.
///
/// Paths are compared after percent-decoding, once, and are not normalised. Patterns without parameters are found first.
public struct Router: Sendable {
    /// Shared by all copies, so that a look at the router costs one reference.
    private let table: Table

    /// The routes and paths of a router.
    private final class Table: Sendable {
        let routes: [Route]
        /// The paths, those without parameters first.
        let paths: [PathEntry]
        let exactCount: Int
        let fallback: Fallback

        init(_ routes: [Route], _ paths: [PathEntry], _ exactCount: Int, _ fallback: @escaping Fallback) {
            (self.routes, self.paths, self.exactCount, self.fallback) = (routes, paths, exactCount, fallback)
        }
    }

    /// Why a request has no route.
    public enum Miss: Sendable {
        case notFound
        /// The path has routes, but not for this method; `allow` is ready for the field of that name.
        case methodNotAllowed(allow: String)
    }

    /// Answers requests without a route, in the form of a service.
    public typealias Fallback = @Sendable (borrowing Request, Miss) -> Response

    /// A path and its routes.
    private struct PathEntry {
        let pattern: StaticString
        let segments: [Route.Segment]
        /// Indexes of routes by method: -1 for none.
        var routes = [Int16](repeating: -1, count: Method.allCases.count)
        var allow = ""

        init(_ pattern: StaticString) {
            self.pattern = pattern
            segments = Route.segments(of: pattern)
        }

        var isExact: Bool { segments.allSatisfy { $0.literal != nil } }

        mutating func add(_ route: Route, _ index: Int) {
            for method in route.methods {
                precondition(routes[Int(method.rawValue)] < 0, "two routes for \(method.name) \(route.pattern)")
                routes[Int(method.rawValue)] = Int16(index)
                allow += (allow.isEmpty ? "" : ", ") + "\(method.name)"
            }
        }
    }

    public init(_ routes: [Route], fallback: @escaping Fallback = Router.plainFallback) {
        var paths: [PathEntry] = []
        for (index, route) in routes.enumerated() {
            let known = paths.firstIndex { "\($0.pattern)" == "\(route.pattern)" }
            if known == nil { paths.append(PathEntry(route.pattern)) }
            paths[known ?? paths.count - 1].add(route, index)
        }
        table = Table(
            routes, paths.filter(\.isExact) + paths.filter { !$0.isExact }, paths.count(where: \.isExact), fallback)
    }

    /// The paths that have routes, as patterns.
    public var patterns: [StaticString] { table.paths.map(\.pattern) }

    /// The route at an index that `match` left in a request.
    @inline(__always)
    func route(_ index: Int16) -> Route { table.routes[Int(index)] }

    @inline(__always)
    func handler(_ index: Int16) -> Route.Handler { table.routes[Int(index)].handler }

    /// Answers a request for which `match` found no route.
    func answerMiss(_ request: borrowing Request) -> Response {
        let path = Int(request.pathIndex)
        return table.fallback(request, path < 0 ? .notFound : .methodNotAllowed(allow: table.paths[path].allow))
    }

    /// Finds the route of a request and leaves it in the request, with the path's parameters.
    func match(_ request: inout Request) {
        if request.path.contains(UInt8(ascii: "%")) {
            request.decodedPath = request.path.percentDecoded()
            request.isPathDecoded = true
        }
        let path = find(&request)
        request.pathIndex = Int16(path)
        request.route = path >= 0 ? table.paths[path].routes[Int(request.method.rawValue)] : -1
    }

    /// The index of a request's path, or -1.
    private func find(_ request: inout Request) -> Int {
        for path in 0..<table.exactCount {
            if request.routedPath.equals(table.paths[path].pattern) { return path }
        }
        for path in table.exactCount..<table.paths.count {
            if let parameters = Route.match(table.paths[path].segments, request.routedPath) {
                request.parameters = parameters
                return path
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
