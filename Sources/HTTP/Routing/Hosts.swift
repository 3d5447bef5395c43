import Bytes

/// Which router answers a request, by the host that the request names.
public struct Hosts: Sendable {
    /// The first one answers for hosts that are not known.
    let routers: [Router]
    private let names: [Name]

    /// A host's name; a `*` in it stands for one label or a part of one.
    private struct Name: Sendable {
        let before: [UInt8]
        let behind: [UInt8]?
        let router: UInt16

        init(_ pattern: StaticString, _ router: UInt16) {
            let parts = "\(pattern)".utf8.split(
                separator: UInt8(ascii: "*"), maxSplits: 1, omittingEmptySubsequences: false)
            before = parts.first.map { Array($0) } ?? []
            behind = parts.count > 1 ? Array(parts[1]) : nil
            self.router = router
        }

        func matches(_ host: Span<UInt8>) -> Bool {
            guard let behind else { return host.count == before.count && host.equalsIgnoringCase(before) }
            guard host.count > before.count + behind.count else { return false }
            let end = host.count - behind.count
            return host.extracting(..<before.count).equalsIgnoringCase(before)
                && host.extracting(end...).equalsIgnoringCase(behind)
                && !host.extracting(before.count..<end).contains(UInt8(ascii: "."))
        }
    }

    /// Routers for hosts of certain names, which are in lower case and without ports, and one for all other hosts.
    public init(_ unknown: Router, _ others: [(names: [StaticString], router: Router)] = []) {
        routers = [unknown] + others.map(\.router)
        names = others.enumerated().flatMap { index, entry in entry.names.map { Name($0, UInt16(index + 1)) } }
    }

    /// The paths that have routes for hosts that are not known, as patterns.
    public var patterns: [StaticString] { routers[0].patterns }

    /// Whether one router answers for all hosts.
    var isSingle: Bool { names.isEmpty }

    /// The index in `routers` of the one that answers for an authority.
    func router(for authority: Span<UInt8>) -> UInt16 {
        var end = authority.count
        while end > 0, authority[end - 1] &- UInt8(ascii: "0") < 10 { end -= 1 }
        // Digits without a colon before them belong to the name.
        end = end > 0 && authority[end - 1] == UInt8(ascii: ":") ? end - 1 : authority.count
        // The dot of the root changes nothing. RFC 1034, 3.1.
        if end > 0, authority[end - 1] == UInt8(ascii: ".") { end -= 1 }
        let host = authority.extracting(..<end)
        for name in names where name.matches(host) { return name.router }
        return 0
    }
}

extension Span<UInt8> {
    /// Whether these bytes are the same letters as `lowercase`.
    fileprivate func equalsIgnoringCase(_ lowercase: [UInt8]) -> Bool {
        guard count == lowercase.count else { return false }
        for i in indices where self[i].lowercasedASCII != lowercase[i] { return false }
        return true
    }
}
