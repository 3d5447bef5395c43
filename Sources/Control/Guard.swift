import Bytes
import HTTP

/// Decides who may call the control plane: whoever has the token, or, without one, programs on this machine and in its
/// networks, but no page that a browser has loaded from elsewhere.
struct Guard: Sendable {
    let token: String?

    func check(_ request: borrowing Request) throws(Problem) {
        let host = request.authority.text
        // A page of another origin may send requests from its reader's browser. There is no CORS.
        if let origin = request.field("origin"), !Guard.isSame(origin.text, host) {
            throw Problem(Status(403), "Calls from pages of another origin are refused.")
        }
        if let site = request.field("sec-fetch-site"), !site.equals("same-origin"), !site.equals("none") {
            throw Problem(Status(403), "Calls from pages of another origin are refused.")
        }
        if let token {
            guard let sent = Guard.token(of: request) else {
                var problem = Problem(
                    Status(401), "Expected the field 'Authorization: Bearer TOKEN' with the token of --admin-token.")
                problem.field = ("www-authenticate", "Bearer")
                throw problem
            }
            guard token.utf8.span.equalsInConstantTime(sent.utf8.span) else {
                throw Problem(Status(403), "The token is another one than that of --admin-token.")
            }
            return
        }
        // Whoever controls a name can let it lead here, and then its pages are of the same origin. Nobody can do that with an
        // address, or with a name without a dot.
        guard Guard.isTrusted(host: host) else {
            throw Problem(
                Status(403),
                "Expected a Host that is an address, localhost or a name without a dot. With --admin-token, any Host is accepted."
            )
        }
    }

    private static func token(of request: borrowing Request) -> String? {
        guard let field = request.field("authorization")?.text else { return nil }
        let scheme = "bearer "
        guard field.lowercased().hasPrefix(scheme) else { return nil }
        return String(field.dropFirst(scheme.count))
    }

    private static func isSame(_ origin: String, _ host: String) -> Bool {
        guard let range = origin.utf8.span.schemeEnd else { return false }
        return !host.isEmpty && String(origin.dropFirst(range)) == host.lowercased()
    }

    /// Whether the name of a host, with or without a port, can only be this server's.
    static func isTrusted(host: String) -> Bool {
        // A request without a host is not a browser's.
        if host.isEmpty { return true }
        if host.hasPrefix("[") { return true }
        let name = host.lowercased().prefix { $0 != ":" }
        if name == "localhost" || name.hasSuffix(".localhost") || name == "host.docker.internal" { return true }
        if !name.contains(".") { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { part in Int(part).map { 0...255 ~= $0 } ?? false }
    }
}

extension Span where Element == UInt8 {
    /// Where the host of an origin begins; `nil` if it has none.
    fileprivate var schemeEnd: Int? {
        for i in indices where i > 0 && i + 2 < count {
            if self[i] == UInt8(ascii: ":"), self[i + 1] == UInt8(ascii: "/"), self[i + 2] == UInt8(ascii: "/") {
                return i + 3
            }
        }
        return nil
    }
}
