/// The URL of a health check: a listener and the path on it.
struct HealthURL: Sendable, Equatable, CustomStringConvertible {
    static let standardPath = "/_emulator/health"

    let address: ListenAddress
    let path: String

    init(address: ListenAddress, path: String = standardPath) {
        self.address = address
        self.path = path
    }

    /// Parses `http://HOST[:PORT][/PATH]` or `unix:PATH`.
    init?(_ text: String) {
        if text.hasPrefix("unix:") {
            guard let address = ListenAddress(text) else { return nil }
            self.init(address: address)
            return
        }
        guard text.hasPrefix("http://") else { return nil }
        let rest = text.dropFirst("http://".count)
        let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.utf8.endIndex
        let (authority, path) = (String(rest[..<slash]), String(rest[slash...]))
        // The path is copied into the request line, so it must not contain spaces or line ends.
        guard path.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else { return nil }
        let whole = ListenAddress(authority) ?? ListenAddress(authority + ":80")
        guard let address = whole, case .tcp(_, let port) = address, port > 0 else { return nil }
        self.init(address: address, path: path.isEmpty || path == "/" ? HealthURL.standardPath : path)
    }

    var description: String {
        switch address {
        case .tcp: "http://\(address)\(path)"
        case .unix: "\(address)"
        }
    }
}
