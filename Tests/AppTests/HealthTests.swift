import Bytes
import Glibc
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
    func theAnswerDecides(answer: String, code: Int32, reason: String) throws {
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
    func aServerThatListensEverywhereIsFoundAtHome(configured: String, home: String) throws {
        let server = try #require(OneAnswer(.tcp(host: home, port: 0), "HTTP/1.1 200 OK\r\n\r\n"))
        let run = outpaint("health", "--host", configured, "--port", "\(server.port)")
        _ = server.finish()
        #expect(run.code == 0)
    }

    @Test func aUnixSocketIsAsked() throws {
        let path = "/tmp/outpaint-health-\(getpid()).sock"
        unsafe unlink(path)
        defer { unsafe unlink(path) }
        let server = try #require(OneAnswer(.unix(path: path), "HTTP/1.1 200 OK\r\n\r\n"))
        let run = outpaint(["health"], ["OUTPAINT_LISTEN": "unix:\(path)"])
        let request = server.finish()
        #expect(run.code == 0)
        #expect(request.contains("\r\nHost: localhost\r\n"))
    }

    @Test func aURLTakesThePlaceOfTheConfiguredAddress() throws {
        let server = try #require(OneAnswer(.tcp(host: "127.0.0.1", port: 0), "HTTP/1.1 200 OK\r\n\r\n"))
        let run = outpaint("health", "--port", "1", "--url", "http://127.0.0.1:\(server.port)/up")
        let request = server.finish()
        #expect(run.code == 0)
        #expect(request.hasPrefix("GET /up HTTP/1.1\r\n"))
    }

    @Test func silenceEndsWithTheTimeout() throws {
        // A listener nobody accepts from: the kernel takes the connection and nothing comes.
        let listener = try #require(OneAnswer.listen(.tcp(host: "127.0.0.1", port: 0)))
        defer { close(listener.socket) }
        let run = outpaint("health", "--port", "\(listener.port)", "--timeout", "30ms")
        #expect(run.code == 1)
        #expect(run.errors.hasSuffix("is not healthy: no answer within 30ms\n"))
    }

    @Test func nobodyThereIsOneLine() throws {
        let listener = try #require(OneAnswer.listen(.tcp(host: "127.0.0.1", port: 0)))
        close(listener.socket)
        let run = outpaint("health", "--port", "\(listener.port)")
        #expect(run.code == 1)
        #expect(run.errors.hasSuffix("is not healthy: no connection: Connection refused\n"))
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test func aFreePortCannotBeAsked() {
        let run = outpaint("health", "--port", "0")
        #expect(run.code == 2)
    }
}

/// A server for one connection: reads a request, gives the answer, closes.
private final class OneAnswer: Sendable {
    let port: Int
    private let thread: Spawned
    private let ends: (read: Int32, write: Int32)

    init?(_ address: ListenAddress, _ answer: String) {
        guard let listener = OneAnswer.listen(address) else { return nil }
        port = listener.port
        let ends = pipe()
        self.ends = ends
        thread = spawn {
            let peer = accept(listener.socket, nil, nil)
            var request = ByteBuffer()
            var count = 1
            while count > 0, !request.bytes.text.hasSuffix("\r\n\r\n") {
                _ = unsafe request.fill(upTo: 4096) { room in
                    count = unsafe recv(peer, room.baseAddress, room.count, 0)
                    return max(0, count)
                }
            }
            DescriptorSink(descriptor: ends.write).write(request.bytes)
            DescriptorSink(descriptor: peer).write(answer)
            for descriptor in [peer, listener.socket, ends.write] { close(descriptor) }
        }
    }

    /// The request that came.
    func finish() -> String {
        thread.join()
        defer { close(ends.read) }
        return readAll(ends.read)
    }

    static func listen(_ address: ListenAddress) -> (socket: Int32, port: Int)? {
        let family =
            switch address {
            case .tcp(let host, _): host.contains(":") ? AF_INET6 : AF_INET
            case .unix: AF_UNIX
            }
        let socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0)
        let bound = unsafe address.withSocketAddress { unsafe bind(socket, $0, $1) }
        guard bound == 0, Glibc.listen(socket, 8) == 0 else { return nil }
        var name = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        // Both families of the internet keep the port in the same place.
        unsafe withUnsafeMutablePointer(to: &name) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = unsafe getsockname(socket, $0, &size) }
        }
        return (socket, Int(in_port_t(bigEndian: name.sin6_port)))
    }
}
