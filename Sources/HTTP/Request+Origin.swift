import Bytes

extension Request {
    /// How the client reaches this server, as the prefix of a path: `http://` and the host of the request, or what a trusted
    /// proxy in front has forwarded.
    public borrowing func origin(trustingForwarded trustsForwarded: Bool) -> String {
        var scheme = "http"
        var host = authority.host
        if trustsForwarded {
            if let first = firstElement(of: "x-forwarded-proto")?.lowercased(), first == "http" || first == "https" {
                scheme = first
            }
            if let first = firstElement(of: "x-forwarded-host"), first.utf8.span.isAuthority {
                host = first.utf8.span.host ?? host
            }
        }
        // HTTP/1.0 may name no host. To a socket that is a file, or a port that is none, a path alone leads back.
        if host == nil, !reached.isEmpty { host = reached.bytes.text }
        return host.map { "\(scheme)://\($0)" } ?? ""
    }

    /// The first element of a list field, which the proxy nearest to the client has written.
    private borrowing func firstElement(of name: StaticString) -> String? {
        guard let list = field(name) else { return nil }
        var elements = TokenList(list)
        return elements.nextOrNothing().map { list.extracting($0).text }
    }
}

extension Span<UInt8> {
    /// The host and port of an authority as links have them, without a colon that no port follows. `nil` if there is no host or
    /// the port is invalid: no client can have connected to it.
    fileprivate var host: String? {
        var end = count
        while end > 0, self[end - 1] &- UInt8(ascii: "0") < 10 { end -= 1 }
        guard end > 0, self[end - 1] == UInt8(ascii: ":") else { return count > 0 ? text : nil }
        let name = extracting(..<(end - 1))
        if end == count { return name.text }
        guard let port = Int(extracting(end...).text), 1...65_535 ~= port else { return nil }
        return text
    }
}
