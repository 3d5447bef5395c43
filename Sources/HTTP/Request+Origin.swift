import Bytes

extension Request {
    /// How the sender reaches this server, as what stands before a path: `http://` and the host it asked for. Trusted, a
    /// proxy in front is believed about what it was asked for.
    public borrowing func origin(trustingForwarded trustsForwarded: Bool) -> String {
        var scheme = "http"
        var host = authority.text
        if trustsForwarded {
            if let first = firstElement(of: "x-forwarded-proto"), first == "http" || first == "https" { scheme = first }
            if let first = firstElement(of: "x-forwarded-host"), first.utf8.span.isAuthority { host = first }
        }
        // HTTP/1.0 may name no host; a path alone leads back to wherever the sender found this server.
        return host.isEmpty ? "" : "\(scheme)://\(host)"
    }

    /// What the proxy that is nearest to the sender has said.
    private borrowing func firstElement(of name: StaticString) -> String? {
        guard let list = field(name) else { return nil }
        var elements = TokenList(list)
        return elements.nextOrNothing().map { list.extracting($0).text }
    }
}
