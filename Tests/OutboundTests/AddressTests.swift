import Bytes
import Glibc
import TestSupport
import Testing

@testable import Outbound

struct AddressTests {
    @Test(
        arguments: [
            ("8.8.8.8", .global), ("1.1.1.1", .global), ("9.255.255.255", .global), ("11.0.0.0", .global),
            ("100.63.255.255", .global), ("100.128.0.0", .global), ("126.255.255.255", .global), ("128.0.0.0", .global),
            ("169.253.255.255", .global), ("169.255.0.0", .global), ("172.15.255.255", .global),
            ("172.32.0.0", .global),
            ("192.0.1.0", .global), ("192.167.255.255", .global), ("192.169.0.0", .global), ("198.20.0.0", .global),
            ("168.63.129.17", .global), ("223.255.255.255", .global),
            ("10.0.0.0", .local), ("10.255.255.255", .local), ("100.64.0.0", .local), ("100.127.255.255", .local),
            ("127.0.0.1", .local), ("127.255.255.254", .local), ("172.16.0.0", .local), ("172.31.255.255", .local),
            ("192.168.0.0", .local), ("192.168.255.255", .local), ("192.0.2.1", .local), ("198.18.0.1", .local),
            ("198.19.255.255", .local), ("198.51.100.1", .local), ("203.0.113.1", .local),
            ("0.0.0.0", .forbidden), ("0.1.2.3", .forbidden), ("100.100.100.200", .forbidden),
            ("168.63.129.16", .forbidden),
            ("169.254.0.0", .forbidden), ("169.254.169.254", .forbidden), ("169.254.170.2", .forbidden),
            ("169.254.255.255", .forbidden), ("192.0.0.192", .forbidden), ("224.0.0.1", .forbidden),
            ("239.255.255.255", .forbidden), ("240.0.0.1", .forbidden), ("255.255.255.255", .forbidden),
        ] as [(String, AddressKind)]) func `IPv4 addresses are classified`(_ text: String, _ kind: AddressKind) throws
    {
        #expect(try AddressKind(text: text) == kind)
        // The same host in each IPv6 form that embeds an IPv4 address.
        for form in ["::ffff:\(text)", "::ffff:0:\(text)", "64:ff9b::\(text)", try sixToFour(text)] {
            let found = try AddressKind(text: form)
            #expect(found == kind, "\(form)")
        }
        // The local-use translation prefix is never global, even for a global IPv4 address.
        #expect(try AddressKind(text: "64:ff9b:1::\(text)") == (kind == .forbidden ? .forbidden : .local))
    }

    @Test(
        arguments: [
            ("2606:4700::1111", .global), ("2001:4860:4860::8888", .global), ("2a00::1", .global), ("2003::1", .global),
            ("::1", .local), ("fc00::1", .local), ("fd12:3456::1", .local), ("fdff:ffff::1", .local),
            ("fec0::1", .local),
            ("2001:db8::1", .local), ("3fff::1", .local), ("::127.0.0.1", .local), ("fd00:42::43", .local),
            ("::", .forbidden), ("::169.254.169.254", .forbidden), ("fe80::1", .forbidden), ("febf::1", .forbidden),
            ("ff02::1", .forbidden), ("fd00:ec2::254", .forbidden), ("fd00:ec2::23", .forbidden),
            ("fd20:ce::254", .forbidden),
            ("fd00:c1::a9fe:a9fe", .forbidden), ("fd00:42::42", .forbidden), ("2001::1", .forbidden),
            ("100::1", .forbidden),
            ("64:ff9b:2::1", .forbidden), ("4000::1", .forbidden), ("5f00::1", .forbidden), ("1::", .forbidden),
        ] as [(String, AddressKind)]) func `IPv6 addresses are classified`(_ text: String, _ kind: AddressKind) throws
    {
        #expect(try AddressKind(text: text) == kind)
    }

    @Test func `an address of another length is forbidden`() {
        #expect(AddressKind([127, 0, 0].span) == .forbidden)
    }

    @Test func `the policy can allow private addresses and no forbidden ones`() {
        #expect(AddressPolicy().allows(.global) && AddressPolicy(allowsPrivate: true).allows(.global))
        #expect(!AddressPolicy().allows(.local) && AddressPolicy(allowsPrivate: true).allows(.local))
        #expect(!AddressPolicy().allows(.forbidden) && !AddressPolicy(allowsPrivate: true).allows(.forbidden))
    }

    // MARK: - Notations in URLs

    @Test(arguments: [
        "127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "017700000001",
        "localhost", "LOCALHOST", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "%31%32%37.0.0.1", "①②⑦.0.0.1",
    ]) func `a loopback address is refused in every notation`(_ host: String) throws {
        try Peer.answering(answer("200 OK", "reached")) { peer in
            let reason = Client().refusal("http://\(host):\(peer.port)/")
            #expect(reason == (host == "①②⑦.0.0.1" ? .badURL : .refusedAddress))
            #expect(peer.requests.isEmpty)
        }
    }

    @Test(arguments: [
        "169.254.169.254", "2852039166", "0251.0376.0251.0376", "0xa9fea9fe", "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]",
        "100.100.100.200",
        "0.0.0.0", "0", "[::]", "255.255.255.255", "224.0.0.1", "[ff02::1]",
    ]) func `a forbidden address is refused even if private ones are allowed`(_ host: String) {
        #expect(local.refusal("http://\(host)/") == .refusedAddress)
    }

    @Test(arguments: ["127.0.0.1", "127.1", "localhost"])
    func `a loopback address is reached if private ones are allowed`(_ host: String) throws {
        try Peer.answering(answer("200 OK", "reached")) { peer in
            let text = try local.text("http://\(host):\(peer.port)/")
            #expect(text == "reached")
        }
    }
}

extension AddressKind {
    /// The kind of an address in text form, parsed by `inet_pton`.
    fileprivate init(text: String) throws {
        var bytes = [UInt8](repeating: 0, count: text.contains(":") ? 16 : 4)
        let result = unsafe inet_pton(text.contains(":") ? AF_INET6 : AF_INET, text, &bytes)
        try #require(result == 1, "\(text)")
        self.init(bytes.span)
    }
}

/// The 6to4 network of an IPv4 address.
private func sixToFour(_ text: String) throws -> String {
    var bytes = [UInt8](repeating: 0, count: 4)
    let result = unsafe inet_pton(AF_INET, text, &bytes)
    try #require(result == 1)
    let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    return "2002:\(digits[0])\(digits[1]):\(digits[2])\(digits[3])::1"
}
