extension Substring {
    /// Whether it names a host, in brackets if by an address of IPv6, and neither a port that is none nor a user: that would be
    /// shown with it. RFC 3986, 3.2.
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
