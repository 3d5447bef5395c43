extension Substring {
    /// Whether the authority names a host, with IPv6 addresses in brackets, and has no invalid port and no user, which
    /// would be shown with the URL. RFC 3986, 3.2.
    var leadsSomewhere: Bool {
        let host: Substring
        if first == "[" {
            guard let end = firstIndex(of: "]") else { return false }
            host = self[...end]
            guard host.dropFirst().dropLast().contains(":") else { return false }
        } else {
            host = prefix { $0 != ":" }
        }
        let port = self[host.endIndex...]
        if host.isEmpty || contains("@") { return false }
        if port.isEmpty || port == ":" { return true }
        let number = port.dropFirst()
        return port.first == ":" && number.utf8.allSatisfy { $0 &- 0x30 < 10 } && 1...65_535 ~= Int(number) ?? 0
    }
}
