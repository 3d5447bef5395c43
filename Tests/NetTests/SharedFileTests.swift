import Bytes
import Glibc
import TestSupport
import Testing

@testable import Net

@Suite struct SharedFileTests {
    /// A file that holds `text`, for as long as `body` runs.
    private static func withFile(_ text: String, _ body: (SharedFile, _ path: String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try File.replace(path, with: ByteBuffer(text))
            try body(SharedFile(path: path), path)
        }
    }

    @Test func anyPartCanBeReadInAnyOrder() throws {
        try Self.withFile("0123456789") { file, _ in
            #expect(file.count == 10)
            var parts: [String] = []
            for range in [4..<7, 0..<10, 9..<10, 3..<3, 10..<10, 0..<1] {
                let part = try file.read(range)
                parts.append(part.bytes.text)
            }
            #expect(parts == ["456", "0123456789", "9", "", "", "0"])
        }
    }

    @Test func aFileThatHasLostItsNameIsStillRead() throws {
        try Self.withFile("kept") { file, path in
            unsafe unlink(path)
            let bytes = try file.read(0..<4)
            let text = bytes.bytes.text
            #expect(text == "kept")
        }
    }

    @Test func aFileThatBecameShorterIsAnError() throws {
        try Self.withFile("0123456789") { file, path in
            #expect(unsafe truncate(path, 4) == 0)
            #expect(throws: Errno.fileTooShort) { _ = try file.read(2..<10) }
            let pair = SocketPair()
            let near = Descriptor(owning: dup(pair.near.number))
            let first = try near.send(file, 2..<10)
            #expect(first == .bytes(2))
            #expect(throws: Errno.fileTooShort) { _ = try near.send(file, 4..<10) }
        }
    }

    @Test func whatIsNoFileIsRefused() throws {
        try withTemporaryFolder { folder in
            #expect(throws: Errno.noSuchFile) { try SharedFile(path: "\(folder)/nothing") }
            #expect(throws: Errno.invalidArgument) { try SharedFile(path: folder) }
            #expect(throws: Errno.invalidArgument) { try SharedFile(path: "/dev/null") }
            #expect(unsafe mkfifo("\(folder)/pipe", 0o600) == 0)
            #expect(throws: Errno.invalidArgument) { try SharedFile(path: "\(folder)/pipe") }
        }
    }

    // MARK: - Sending

    @Test func aPartIsSentBehindBytes() throws {
        try Self.withFile("0123456789") { file, _ in
            let pair = SocketPair()
            let first = try pair.near.send(ByteBuffer("head:"), file, 2..<5)
            let second = try pair.near.send(ByteBuffer(), file, 9..<10)
            #expect(try pair.far.text() == "head:2349")
            #expect([first, second] == [.bytes(8), .bytes(1)])
        }
    }

    @Test func aFullPeerGetsTheRestLater() throws {
        let text = String(repeating: "0123456789", count: 100_000)
        try Self.withFile(text) { file, _ in
            let pair = SocketPair()
            var received = ByteBuffer()
            var sent = 0
            var waits = 0
            while sent < file.count {
                if case .bytes(let count) = try pair.near.send(file, sent..<file.count) {
                    sent += count
                } else {
                    waits += 1
                    while case .bytes = try pair.far.receive(into: &received, upTo: 1 << 16) {}
                }
            }
            while case .bytes = try pair.far.receive(into: &received, upTo: 1 << 16) {}
            #expect(waits > 0)
            let isWhole = received.bytes.text == text
            #expect(isWhole)
        }
    }

    /// `sendfile` cannot be told not to raise the signal; the process need not ignore it, though.
    @Test func aPeerThatIsGoneIsAnErrorAndNoSignalOnALoop() throws {
        try Self.withFile("0123456789") { file, _ in
            let seen = Locked<(isHeld: Bool, reason: Errno?)>((false, nil))
            let loop = try EventLoop()
            loop.submit {
                var held = sigset_t()
                unsafe pthread_sigmask(SIG_BLOCK, nil, &held)
                let isHeld = unsafe sigismember(&held, SIGPIPE) == 1
                var reason: Errno?
                if isHeld {
                    let near = SocketPair().closingFar()
                    do throws(Errno) { _ = try near.send(file, 0..<10) } catch { reason = error }
                }
                seen.withLock { $0 = (isHeld, reason) }
            }
            loop.stop()
            try Thread("loop") { loop.run() }.join()
            let (isHeld, reason) = seen.withLock { $0 }
            #expect(isHeld)
            #expect(reason == Errno(EPIPE))
        }
    }
}
