import Bytes
import HTTP
import TestSupport
import Testing

@Suite struct HostsTests {
    private static func router(_ name: String) -> Router { Router([.get("/") { _ in .text(.ok, name) }]) }

    private static let hosts = Hosts(
        router("unknown"),
        [
            (["api.one.example", "delivery.*.one.example"], router("one")),
            (["api.two.example", "9.example"], router("two")),
        ])

    @Test(arguments: [
        ("api.one.example", "one"), ("API.One.Example:8080", "one"), ("api.one.example.", "one"),
        ("api.one.example.:80", "one"), ("api.two.example:", "two"), ("9.example", "two"),
        ("delivery.eu.one.example", "one"), ("DELIVERY.us1.one.example:1", "one"),
        ("delivery.one.example", "unknown"), ("delivery..one.example", "unknown"),
        ("delivery.a.b.one.example", "unknown"), ("xapi.one.example", "unknown"), ("api.one.example.org", "unknown"),
        ("api.one.exampl", "unknown"), ("127.0.0.1:4880", "unknown"), ("[::1]:4880", "unknown"), ("", "unknown"),
        ("localhost", "unknown"),
    ])
    func `the host of a request decides which router answers`(_ host: String, _ name: String) throws {
        let answer = try Self.hosts.answer("GET / HTTP/1.1\r\nhost: \(host)\r\n\r\n".utf8.span)
        #expect(answer.bytes.text.hasSuffix("\r\n\r\n\(name)"))
    }

    @Test func `an absolute target outranks the Host field`() throws {
        let answer = try Self.hosts.answer(
            "GET http://api.two.example/ HTTP/1.1\r\nhost: api.one.example\r\n\r\n".utf8.span)
        #expect(answer.bytes.text.hasSuffix("\r\n\r\ntwo"))
    }

    @Test func `a request without a host goes to the router for unknown hosts`() throws {
        let answer = try Self.hosts.answer("GET / HTTP/1.0\r\n\r\n".utf8.span)
        #expect(answer.bytes.text.hasSuffix("\r\n\r\nunknown"))
    }

    @Test func `a server chooses by the host of each request of a connection`() throws {
        let server = try Server(Self.hosts)
        try withServer(server) { server in
            let client = try server.connect()
            for (host, name) in [("api.one.example", "one"), ("api.two.example", "two"), ("test", "unknown")] {
                try client.send("GET / HTTP/1.1\r\nhost: \(host)\r\n\r\n")
                #expect(try client.receiveReply().text == name)
            }
        }
    }
}
