import Bytes
import Glibc
import TestSupport
import Testing

@testable import Net
@testable import System

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", 4880, "127.0.0.1:4880"), ("0.0.0.0", 0, "0.0.0.0:0"),
        ("255.255.255.255", 65_535, "255.255.255.255:65535"),
        ("1.2.3.4", 256, "1.2.3.4:256"), ("::1", 4880, "[::1]:4880"), ("::", 1, "[::]:1"),
        ("2001:DB8:0:0:0:0:0:1", 80, "[2001:db8::1]:80"), ("::ffff:1.2.3.4", 80, "[::ffff:1.2.3.4]:80"),
    ])
    func `numeric addresses are read and written`(host: String, port: Int, text: String) throws {
        let address = try #require(SocketAddress(host: host, port: UInt16(port)))
        #expect("\(address)" == text)
        #expect(address.port == UInt16(port))
        #expect(!address.isUnix)
        #expect(address.path == nil)
        #expect(SocketAddress.resolve(host, port: UInt16(port)).map { "\($0)" } == [text])
        #expect(SocketAddress(host: address.host, port: address.port).map { "\($0)" } == text)
    }

    @Test(arguments: [
        "", " ", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "01.2.3.4", "[::1]", "::1::", ":",
        "1:2:3:4:5:6:7:8:9",
        "fe80::1%nothing", "g::", "127.0.0.1:80",
    ])
    func `malformed addresses are refused`(host: String) {
        #expect(SocketAddress(host: host, port: 1) == nil)
    }

    @Test func `a name resolves to its addresses`() {
        let found = SocketAddress.resolve("localhost", port: 80).map { "\($0)" }
        #expect(found.contains("127.0.0.1:80") || found.contains("[::1]:80"))
        #expect(found.count == Set(found).count)
    }

    // MARK: - Unix sockets

    @Test(arguments: ["a", "/run/outpaint.sock", "./x y", "/\u{F6}", String(repeating: "a", count: 107)])
    func `paths are read and written`(path: String) throws {
        let address = try #require(SocketAddress(path: path))
        #expect(address.path == path)
        #expect(address.isUnix)
        #expect(address.port == 0)
        #expect(address.host == "")
        #expect("\(address)" == "unix:\(path)")
    }

    @Test(arguments: ["", "a\0b", "\0a", String(repeating: "a", count: 108), String(repeating: "\u{F6}", count: 54)])
    func `paths that the kernel cannot hold are refused`(path: String) {
        #expect(SocketAddress(path: path) == nil)
    }

    /// The kernel takes the longest path, byte for byte, and gives it back.
    @Test func `the longest path works`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/" + String(repeating: "a", count: 106 - folder.utf8.count)
            let address = try #require(SocketAddress(path: path))
            let listener = try Descriptor.listening(at: address)
            #expect(listener.localAddress()?.path == path)
            let client = try Descriptor.connecting(to: address)
            #expect(client.peerAddress()?.path == path)
            let accepted = try listener.accept()
            // A client without a name.
            let peer = accepted?.peerAddress()
            #expect(peer?.isUnix == true)
            #expect(peer?.path == "")
            #expect(isOpen(listener.number))
        }
    }

    // MARK: - Listening

    @Test(arguments: ["127.0.0.1", "::1"])
    func `a free port is taken and reported`(host: String) throws {
        let address = try #require(SocketAddress(host: host, port: 0))
        let listener: Descriptor
        do {
            listener = try Descriptor.listening(at: address)
        } catch {
            // A machine without IPv6.
            #expect(host == "::1" && error == .addressNotAvailable || error.number == EAFNOSUPPORT)
            return
        }
        let local = listener.localAddress()
        let bound = try #require(local)
        #expect(bound.host == host)
        #expect(bound.port > 0)
        let none = try listener.accept() == nil
        #expect(none)
        let client = try Descriptor.connecting(to: bound)
        _ = listener.wait(for: .readable, milliseconds: 10_000)
        guard let accepted = try listener.accept() else {
            Issue.record("nobody came")
            return
        }
        #expect(accepted.peerAddress()?.port == client.localAddress()?.port)
        accepted.sendWithoutDelay()
        _ = try accepted.send("hello")
        _ = client.wait(for: .readable, milliseconds: 10_000)
        #expect(try client.text() == "hello")
        // Neither the same address nor one that is not of this machine.
        #expect(throws: Errno.addressInUse) { _ = try Descriptor.listening(at: bound) }
    }

    @Test func `addresses of other machines cannot be bound`() throws {
        let address = try #require(SocketAddress(host: "192.0.2.1", port: 0))
        #expect(throws: Errno.addressNotAvailable) { _ = try Descriptor.listening(at: address) }
    }

    @Test func `a socket file without a listener is replaced`() throws {
        try withTemporaryFolder { folder in
            let address = try #require(SocketAddress(path: folder + "/s"))
            do { _ = try Descriptor.listening(at: address) }
            #expect(throws: Errno.connectionRefused) { _ = try Descriptor.connecting(to: address) }
            let listener = try Descriptor.listening(at: address)
            _ = try Descriptor.connecting(to: address)
            #expect(isOpen(listener.number))
            #expect(throws: Errno.addressInUse) { _ = try Descriptor.listening(at: address) }
            _ = try Descriptor.connecting(to: address)
        }
    }

    @Test func `a file that is no socket is left alone`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/file"
            #expect(close(unsafe open(path, O_CREAT | O_WRONLY, 0o600)) == 0)
            let address = try #require(SocketAddress(path: path))
            #expect(throws: Errno.addressInUse) { _ = try Descriptor.listening(at: address) }
            Descriptor.removeSocketFile(path)
            let found = unsafe access(path, F_OK)
            #expect(found == 0)
        }
    }
}
