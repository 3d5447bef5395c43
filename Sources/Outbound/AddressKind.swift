/// The class of an address, which decides whether the client may connect to it.
enum AddressKind: Equatable {
    /// A host on the public internet.
    case global
    /// This machine, or a local network.
    case local
    /// Not a fetchable host: not a unicast address, link-local, or a cloud metadata service.
    case forbidden
}

extension AddressKind {
    /// Classifies a numeric address of four or sixteen bytes, as the kernel connects to it.
    init(_ address: Span<UInt8>) {
        switch address.count {
        case 4: self = AddressKind(v4: address.number(at: 0))
        case 16:
            self = AddressKind(
                v6: (address.number(at: 0), address.number(at: 4)), low: (address.number(at: 8), address.number(at: 12))
            )
        default: self = .forbidden
        }
    }

    // MARK: - IPv4

    /// The registry of special addresses (RFC 6890 and its successors), without those that are treated as global.
    private static let special4: [(network: UInt32, bits: UInt32, kind: AddressKind)] = [
        (0x00_00_00_00, 8, .forbidden),  // 0.0.0.0/8: this network; Linux connects 0.0.0.0 to itself
        (0x0a_00_00_00, 8, .local),  // 10.0.0.0/8
        (0x64_64_64_c8, 32, .forbidden),  // 100.100.100.200: metadata of Alibaba Cloud
        (0x64_40_00_00, 10, .local),  // 100.64.0.0/10: behind a carrier's NAT
        (0x7f_00_00_00, 8, .local),  // 127.0.0.0/8: loopback
        (0xa8_3f_81_10, 32, .forbidden),  // 168.63.129.16: Azure platform services
        (0xa9_fe_00_00, 16, .forbidden),  // 169.254.0.0/16: link-local, and 169.254.169.254 in most clouds
        (0xac_10_00_00, 12, .local),  // 172.16.0.0/12
        (0xc0_00_00_00, 24, .forbidden),  // 192.0.0.0/24: protocol assignments, and metadata of Oracle's cloud
        (0xc0_00_02_00, 24, .local),  // 192.0.2.0/24: documentation
        (0xc0_a8_00_00, 16, .local),  // 192.168.0.0/16
        (0xc6_12_00_00, 15, .local),  // 198.18.0.0/15: benchmarks
        (0xc6_33_64_00, 24, .local),  // 198.51.100.0/24: documentation
        (0xcb_00_71_00, 24, .local),  // 203.0.113.0/24: documentation
        (0xe0_00_00_00, 4, .forbidden),  // 224.0.0.0/4: multicast
        (0xf0_00_00_00, 4, .forbidden),  // 240.0.0.0/4: reserved, and broadcast
    ]

    /// The first matching row wins, so single hosts precede the networks that contain them.
    private init(v4 address: UInt32) {
        self = AddressKind.special4.first { ($0.network ^ address) >> (32 - $0.bits) == 0 }?.kind ?? .global
    }

    // MARK: - IPv6

    private typealias Half = (first: UInt32, second: UInt32)

    private init(v6 high: Half, low: Half) {
        switch (high.first, high.second, low.first, low.second) {
        case (0, 0, 0, 0): self = .forbidden  // unspecified
        case (0, 0, 0, 1): self = .local  // loopback
        // An embedded IPv4 address: mapped, translated (RFC 2765), compatible, NAT64 (RFC 6052, RFC 8215), 6to4.
        case (0, 0, 0xffff, let v4), (0, 0, 0xffff_0000, let v4), (0, 0, 0, let v4): self = AddressKind(v4: v4)
        case (0x0064_ff9b, 0, 0, let v4): self = AddressKind(v4: v4)
        // This NAT64 prefix is for local use. Only its longest form has the IPv4 address at the end.
        case (0x0064_ff9b, 0x0001_0000...0x0001_ffff, _, let v4):
            self = AddressKind(v4: v4) == .forbidden ? .forbidden : .local
        case (0x2002_0000...0x2002_ffff, _, _, _):
            self = AddressKind(v4: high.first << 16 | high.second >> 16)
        case (0x2001_0000, _, _, _): self = .forbidden  // Teredo: a tunnel to any IPv4 address
        case (0x2001_0db8, _, _, _), (0x3fff_0000...0x3fff_0fff, _, _, _): self = .local  // documentation
        case (0x2000_0000...0x3fff_ffff, _, _, _): self = .global
        // Metadata: fd00:ec2::/32 of Amazon, fd20:ce::254 of Google, fd00:c1::/32 of Oracle, fd00:42::42 of Scaleway.
        case (0xfd00_0ec2, _, _, _), (0xfd20_00ce, _, _, _), (0xfd00_00c1, _, _, _), (0xfd00_0042, 0, 0, 0x42):
            self = .forbidden
        case (0xfc00_0000...0xfdff_ffff, _, _, _): self = .local  // unique local
        case (0xfec0_0000...0xfeff_ffff, _, _, _): self = .local  // site-local, deprecated
        default: self = .forbidden  // link-local, multicast, unassigned
        }
    }
}

extension Span where Element == UInt8 {
    /// The four bytes from `start` as a big-endian number.
    fileprivate func number(at start: Int) -> UInt32 {
        var number: UInt32 = 0
        for i in start..<start + 4 { number = number << 8 | UInt32(self[i]) }
        return number
    }
}
