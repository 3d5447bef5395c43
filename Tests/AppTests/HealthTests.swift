import Bytes
import Glibc
import Net
import Testing

@testable import App

@Suite struct HealthTests {
    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0, ""),
            ("HTTP/1.0 200 \r\n\r\n", 0, ""),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", 1, "it answered with status 503"),
            ("HTTP/1.1 301 Moved Permanently\r\n\r\n", 1, "it answered with status 301"),
            ("", 1, "it closed the connection without an answer"),
            ("HTTP/1.1 200", 1, "it closed the connection without an answer"),
            ("220 mail.example ESMTP\r\n", 1, "it does not speak HTTP"),
            ("HTTP/1.1 2000 OK\r\n\r\n", 1, "it does not speak HTTP"),
        ] as [(String, Int32, String)])
    func `the answer decides the exit code and the message`(answer: String, code: Int32, reason: String) throws {
        let server = try #require(OneAnswer(.tcp(host: "127.0.0.1", port: 0), answer))
        let run = outpaint(["health"], ["PORT": "\(server.port)"])
        let request = server.finish()
        #expect(run.code == code)
        #expect(run.output == (code == 0 ? "healthy\n" : ""))
        let url = "http://127.0.0.1:\(server.port)/_emulator/health"
        #expect(run.errors == (code == 0 ? "" : "outpaint: \(url) is not healthy: \(reason)\n"))
        #expect(request.hasPrefix("GET /_emulator/health HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"))
        #expect(request.hasSuffix("\r\n\r\n"))
    }

    @Test(arguments: [
        ("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("localhost", "127.0.0.1"), ("[::]", "::1"),
        ("127.0.0.1", "127.0.0.1"),
    ])
    func `a server that listens on all interfaces is checked on loopback`(configured: String, home: String) throws {
        let server = try #require(OneAnswer(.tcp(host: home, port: 0), "HTTP/1.1 200 OK\r\n\r\n"))
        let run = outpaint("health", "--host", configured, "--port", "\(server.port)")
        _ = server.finish()
        #expect(run.code == 0)
    }

    @Test func `a server on a Unix socket can be checked`() throws {
        let path = "/tmp/outpaint-health-\(getpid()).sock"
        unsafe unlink(path)
        defer { unsafe unlink(path) }
        let server = try #require(OneAnswer(.unix(path: path), "HTTP/1.1 200 OK\r\n\r\n"))
        let run = outpaint(["health"], ["OUTPAINT_LISTEN": "unix:\(path)"])
        let request = server.finish()
        #expect(run.code == 0)
        #expect(request.contains("\r\nHost: localhost\r\n"))
    }

    @Test func `the url flag overrides the configured address`() throws {
        let server = try #require(OneAnswer(.tcp(host: "127.0.0.1", port: 0), "HTTP/1.1 200 OK\r\n\r\n"))
        let run = outpaint("health", "--port", "1", "--url", "http://127.0.0.1:\(server.port)/up")
        let request = server.finish()
        #expect(run.code == 0)
        #expect(request.hasPrefix("GET /up HTTP/1.1\r\n"))
    }

    @Test func `a server that does not answer within the timeout is unhealthy`() throws {
        // The test never accepts: the kernel completes the connection, and no answer arrives.
        let home = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let listener = try Descriptor.listening(at: home)
        let port = try #require(listener.localAddress()?.port)
        let run = outpaint("health", "--port", "\(port)", "--timeout", "30ms")
        #expect(run.code == 1)
        #expect(run.errors.hasSuffix("is not healthy: no answer within 30ms\n"))
    }

    @Test func `a refused connection is reported in one line`() throws {
        let home = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let port = try #require(Descriptor.listening(at: home).localAddress()?.port)
        let run = outpaint("health", "--port", "\(port)")
        #expect(run.code == 1)
        #expect(run.errors.hasSuffix("is not healthy: no connection: Connection refused\n"))
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test func `a check of port 0 is a usage error`() {
        let run = outpaint("health", "--port", "0")
        #expect(run.code == 2)
    }
}

/// A server for one connection: reads a request, sends the answer and closes.
private final class OneAnswer: Sendable {
    let port: Int
    private let thread: Spawned
    private let ends: (read: Int32, write: Int32)

    init?(_ address: ListenAddress, _ answer: String) {
        guard let kernelAddress = address.kernelAddresses.first,
            let listener = try? Descriptor.listening(at: kernelAddress)
        else { return nil }
        port = Int(listener.localAddress()?.port ?? 0)
        let ends = pipe()
        self.ends = ends
        let box = TransferBox(listener)
        thread = spawn {
            let listener = box.take()
            _ = listener.wait(for: .readable, milliseconds: -1)
            guard let peer = try? listener.accept() else { return }
            var request = ByteBuffer()
            var transfer = Transfer.wouldBlock
            while transfer != .end, !request.bytes.text.hasSuffix("\r\n\r\n") {
                _ = peer.wait(for: .readable, milliseconds: -1)
                transfer = (try? peer.receive(into: &request, upTo: 4096)) ?? .end
            }
            _ = DescriptorSink(descriptor: ends.write).write(request.bytes)
            _ = try? peer.send(ByteBuffer(answer))
            close(ends.write)
        }
    }

    /// Waits for the server to finish and returns the request.
    func finish() -> String {
        thread.join()
        defer { close(ends.read) }
        return readAll(ends.read)
    }
}
