import Bytes
public import HTTP

extension Service {
    /// Answers requests that match no route: with the service's 404 and 405, or with a redirect if the path without its
    /// trailing slashes is one of the service's. The redirect does not depend on the method, the key or the body.
    public var fallback: Router.Fallback {
        let paths = routes.map(\.pattern)
        return { [self] request, miss in
            if request.routedPath.isDelivery { return StorageError(miss).response() }
            if case .notFound = miss, let path = Self.path(paths, butForSlashes: request.routedPath) {
                return redirect(to: path, request)
            }
            return Router.plainFallback(request, miss)
        }
    }

    private static func path(_ paths: [StaticString], butForSlashes asked: Span<UInt8>) -> StaticString? {
        var end = asked.count
        while end > 0, asked[end - 1] == UInt8(ascii: "/") { end -= 1 }
        guard end < asked.count else { return nil }
        return paths.first { asked.extracting(..<end).equals($0) }
    }

    private func redirect(to path: StaticString, _ request: borrowing Request) -> Response {
        var location = ByteBuffer(base(request))
        location.append(path)
        if request.query.count > 0 {
            location.append(UInt8(ascii: "?"))
            location.append(request.query)
        }
        var response = Response(.temporaryRedirect)
        var quoted = ByteBuffer(capacity: location.count)
        quoted.append(percentEncoding: location.bytes) { $0.isSafeInAddress }
        response.add("location", quoted.bytes)
        return response
    }
}

extension UInt8 {
    /// Whether Starlette leaves the character unescaped in a URL: letters, digits and ``:/%#?=@[]!$&'()*+,;_.-~``.
    /// Existing percent-encoding is kept.
    fileprivate var isSafeInAddress: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: ";"),
            UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: isUnreserved
        }
    }
}

extension StorageError {
    fileprivate init(_ miss: Router.Miss) {
        switch miss {
        case .notFound: self = .noSuchPath
        case .methodNotAllowed(let allow): self = .badMethod(allow: allow)
        }
    }
}

extension Span<UInt8> {
    /// Whether the path is below the folder of delivered pictures.
    fileprivate var isDelivery: Bool {
        let folder: StaticString = "/delivery/"
        return count >= folder.utf8CodeUnitCount && extracting(first: folder.utf8CodeUnitCount).equals(folder)
    }
}
