import Net

/// The address of a listener: a host with a port, or the path of a Unix socket.
enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// `host` is an IPv4 or IPv6 address, or `localhost`; port 0 means any free port.
    case tcp(host: String, port: Int)
    case unix(path: String)

    /// Parses `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`.
    init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            guard SocketAddress(path: path) != nil else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
            let port = wholeNumber(text[text.utf8.index(after: colon)...]), port <= 65535,
            let host = ListenAddress.host(String(text[..<colon])),
            // Without brackets the port could not be distinguished from the last group of an IPv6 address.
            !host.contains(":") || text.hasPrefix("[")
        else { return nil }
        self = .tcp(host: host, port: port)
    }

    /// The host without the brackets around IPv6; `nil` if it is not an address.
    static func host(_ text: String) -> String? {
        if text == "localhost" || isAddress(text) { return text }
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        let inner = String(text.dropFirst().dropLast())
        return inner.contains(":") && isAddress(inner) ? inner : nil
    }

    private static func isAddress(_ text: String) -> Bool {
        // A zero byte would end the C string early.
        !text.utf8.contains(0) && SocketAddress(host: text, port: 0) != nil
    }

    /// The address for a client to connect to: a loopback address if the server listens on all interfaces.
    var reachable: ListenAddress {
        guard case .tcp(let host, let port) = self else { return self }
        switch host {
        case "0.0.0.0", "localhost": return .tcp(host: "127.0.0.1", port: port)
        case "::": return .tcp(host: "::1", port: port)
        default: return self
        }
    }

    /// The kernel's forms of the address: several if the name resolves to several, none if it does not resolve.
    var kernelAddresses: [SocketAddress] {
        switch self {
        case .tcp(let host, let port): SocketAddress.resolve(host, port: UInt16(port))
        case .unix(let path): SocketAddress(path: path).map { [$0] } ?? []
        }
    }

    /// Whether only clients on this machine can reach it.
    var isLocal: Bool {
        switch self {
        case .tcp(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
        case .unix: true
        }
    }

    var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
