import Glibc

/// Where a server listens: an address with a port, or the path of a Unix socket.
enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// `host` is an IPv4 or IPv6 address, or `localhost`; port 0 stands for any that is free.
    case tcp(host: String, port: Int)
    case unix(path: String)

    /// Reads `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`.
    init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            // `sun_path` holds 108 bytes, the last of them zero (unix(7)).
            guard (1...107).contains(path.utf8.count), !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
            let port = wholeNumber(text[text.utf8.index(after: colon)...]), port <= 65535,
            let host = ListenAddress.host(String(text[..<colon])),
            // Without brackets nobody could tell the port from the last group.
            !host.contains(":") || text.hasPrefix("[")
        else { return nil }
        self = .tcp(host: host, port: port)
    }

    /// The address itself, brackets around IPv6 taken off; `nil` where it is none.
    static func host(_ text: String) -> String? {
        if text == "localhost" || isAddress(text, AF_INET) || isAddress(text, AF_INET6) { return text }
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        let inner = String(text.dropFirst().dropLast())
        return isAddress(inner, AF_INET6) ? inner : nil
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        // A zero byte would end the text early for C; the room is that of the larger family.
        guard !text.utf8.contains(0) else { return false }
        var room = in6_addr()
        return unsafe inet_pton(family, text, &room) == 1
    }

    /// The same address for one who connects: where a server listens everywhere, it is also found at home.
    var reachable: ListenAddress {
        guard case .tcp(let host, let port) = self else { return self }
        switch host {
        case "0.0.0.0", "localhost": return .tcp(host: "127.0.0.1", port: port)
        case "::": return .tcp(host: "::1", port: port)
        default: return self
        }
    }

    var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
