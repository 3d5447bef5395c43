extension Substring {
    /// Whether it names a host, in brackets if by an address of IPv6, and no port that is none. RFC 3986, 3.2.
    var leadsSomewhere: Bool {
        let place = split(separator: "@", omittingEmptySubsequences: false).last ?? self
        let host: Substring
        if place.first == "[" {
            guard let end = place.firstIndex(of: "]") else { return false }
            host = place[...end]
            guard host.dropFirst().dropLast().contains(":") else { return false }
        } else {
            host = place.prefix { $0 != ":" }
        }
        let port = place[host.endIndex...]
        if host.isEmpty { return false }
        if port.isEmpty || port == ":" { return true }
        let number = port.dropFirst()
        return port.first == ":" && number.utf8.allSatisfy { $0 &- 0x30 < 10 } && 1...65_535 ~= Int(number) ?? 0
    }
}
