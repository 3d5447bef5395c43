import Bytes

extension Request {
    /// How the sender reaches this server, as what stands before a path: `http://` and the host it asked for. Trusted, a
    /// proxy in front is believed about what it was asked for.
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

    /// What the proxy that is nearest to the sender has said.
    private borrowing func firstElement(of name: StaticString) -> String? {
        guard let list = field(name) else { return nil }
        var elements = TokenList(list)
        return elements.nextOrNothing().map { list.extracting($0).text }
    }
}

extension Span<UInt8> {
    /// What an authority says of a host, as a link can have it: without a colon that no port follows. Nothing if there is no
    /// host, or a port that is none: nobody can have come that way.
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
