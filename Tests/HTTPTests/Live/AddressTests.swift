import Bytes
import Glibc
import HTTP
import Net
import System
import TestSupport
import Testing

/// Where a server listens.
@Suite struct AddressTests {
    private static func temporaryPath() -> String {
        "/tmp/outpaint-test-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
    }

    private func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    @Test func `an IPv6 address is served`() throws {
        let address = try #require(SocketAddress(host: "::1", port: 0))
        try withServer(liveRoutes(), at: address) { server in
            #expect(server.address.description.hasPrefix("[::1]:"))
            #expect(server.address.port > 0)
            let client = try server.connect()
            try client.send(get("/quick"))
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test func `a Unix socket is served and its file removed at the end`() throws {
        let path = Self.temporaryPath()
        let address = try #require(SocketAddress(path: path))
        let seen = Locked<[String]>([])
        try withServer(
            liveRoutes(), at: address, observer: { exchange in seen.withLock { $0.append(exchange.client) } }
        ) {
            server in
            let client = try server.connect()
            try client.send(get("/quick"))
            #expect(try client.receiveReply().text == "quick")
        }
        #expect(seen.withLock { $0 } == ["unix"])
        #expect(!exists(path))
    }

    @Test func `the socket file of a dead server is replaced and that of a live one is not`() throws {
        let path = Self.temporaryPath()
        let address = try #require(SocketAddress(path: path))
        do {
            // Closed without removing its file, as by a crash.
            let dead = try Descriptor.listening(at: address)
            _ = dead.localAddress()
        }
        #expect(exists(path))
        try withServer(liveRoutes(), at: address) { server in
            let other = try Server(liveRoutes())
            #expect(throws: Errno.addressInUse) { _ = try other.listen(at: address) }
            let client = try server.connect()
            try client.send(get("/quick"))
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test func `an address that is in use or of another machine is an error`() throws {
        try withServer(liveRoutes()) { server in
            let other = try Server(liveRoutes())
            #expect(throws: Errno.addressInUse) { _ = try other.listen(at: server.address) }
            let foreign = try #require(SocketAddress(host: "192.0.2.1", port: 0))
            #expect(throws: Errno.addressNotAvailable) { _ = try other.listen(at: foreign) }
        }
    }
}
