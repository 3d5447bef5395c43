import Bytes
public import HTTP

extension Service {
    /// Answers requests without a route: 404 and 405 in the service's words, and a redirect to a path of the service for
    /// one that is it but for slashes at its end, whatever the method, the key and the body are.
    public var fallback: Router.Fallback {
        let paths = routes.map(\.pattern)
        return { request, miss in
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
        response.add("location", location.bytes.quotedAsAddress.bytes)
        return response
    }
}

extension Span<UInt8> {
    /// An address with what may not stand in one encoded, and what is encoded left so, as Starlette does it.
    fileprivate var quotedAsAddress: ByteBuffer {
        var quoted = ByteBuffer(capacity: count)
        for i in indices {
            let byte = self[i]
            if byte.isSafeInAddress {
                quoted.append(byte)
            } else {
                quoted.append(UInt8(ascii: "%"))
                quoted.append((byte >> 4).hexDigit)
                quoted.append((byte & 15).hexDigit)
            }
        }
        return quoted
    }
}

extension UInt8 {
    /// The digit of a value below 16.
    fileprivate var hexDigit: UInt8 { self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "A") + self - 10 }

    /// Letters, digits and ``:/%#?=@[]!$&'()*+,;_.-~``.
    fileprivate var isSafeInAddress: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "?"),
            UInt8(ascii: "@"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
