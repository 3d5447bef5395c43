import Bytes
import Glibc
import Net
import System
import Testing

@testable import App

/// The exit of `outpaint serve`.
@Suite struct EndTests {
    /// Takes the ready line, and then nothing more for as long as `isOpen`: an output that nobody reads.
    private final class StuckSink: Sink {
        private let lines = Locked<[String]>([])
        private let gate = pipe()

        var first: String? { lines.withLock { $0.first } }
        var count: Int { lines.withLock { $0.count } }

        func write(_ bytes: Span<UInt8>) -> Errno? {
            let text = bytes.text
            let isFirst = lines.withLock { lines in
                lines.append(text)
                return lines.count == 1
            }
            // Returns when `open` closes the other end.
            if !isFirst { _ = readAll(gate.read) }
            return nil
        }

        func open() { close(gate.write) }
    }

    private static func eventually(_ isTrue: () -> Bool) -> Bool {
        for _ in 0..<5000 {
            if isTrue() { return true }
            _ = poll(nil, 0, 1)
        }
        return false
    }

    @Test func `a log that is not read does not delay the exit`() throws {
        let sink = StuckSink()
        let code = Locked<Int32?>(nil)
        let arguments: [FilePath] = ["serve", "--port", "0", "--access-log", "text", "--shutdown-timeout", "0"]
        let run = spawn {
            let console = Console(output: sink, errors: Captured())
            let result = Program.run(arguments: arguments, environment: [:], console: console)
            code.withLock { $0 = result }
        }
        #expect(Self.eventually { sink.first != nil })
        let ready = try #require(sink.first?.split(separator: " ").first { $0.hasPrefix("http=") })
        let port = try #require(UInt16(ready.split(separator: ":").last ?? ""))
        let address = try #require(SocketAddress(host: "127.0.0.1", port: port))
        let client = try Descriptor.connecting(to: address)
        _ = client.wait(for: .writable, milliseconds: 5000)
        _ = try client.send(ByteBuffer("GET / HTTP/1.1\r\nhost: a\r\n\r\n").bytes)
        #expect(Self.eventually { sink.count == 2 })
        // Sent to that thread alone, since the other threads of the process have not blocked the signal.
        run.signal(SIGTERM)
        #expect(Self.eventually { code.withLock { $0 } != nil })
        #expect(code.withLock { $0 } == 0)
        sink.open()
        run.join()
    }
}
