import Bytes
import Glibc
import TestSupport
import Testing

@testable import Net
@testable import System

@Suite struct FilePartTests {
    /// The digits of `text` in a file, behind three other bytes and in front of three.
    private static func part(_ text: String, _ whenUnused: (@Sendable (Range<Int>) -> Void)? = nil) throws -> FilePart {
        try withTemporaryFolder { folder in
            let file = try SharedFile(temporaryIn: folder)
            try file.write(ByteBuffer("abc\(text)xyz").bytes, at: 0)
            return FilePart(file, 3..<(3 + text.utf8.count), whenUnused: whenUnused)
        }
    }

    @Test func `positions are counted from the beginning of the part`() throws {
        let part = try Self.part("0123456789")
        var buffer = ByteBuffer(">")
        for range in [4..<7, 0..<1, 9..<10, 10..<10] { try part.append(range, to: &buffer) }
        let text = buffer.bytes.text
        #expect(text == ">45609")
        #expect(part.count == 10)
    }

    @Test func `the end of a part is reported when its last reference goes`() throws {
        let ended = Locked<[Range<Int>]>([])
        var part: FilePart? = try Self.part("0123") { range in ended.withLock { $0.append(range) } }
        var other = part
        part = nil
        #expect(other != nil)
        #expect(ended.withLock { $0 } == [])
        other = nil
        #expect(ended.withLock { $0 } == [3..<7])
    }

    @Test func `bytes that the file has lost are an error`() throws {
        let part = FilePart(try Self.part("0123").file, 5..<20)
        var buffer = ByteBuffer()
        do throws(Errno) { try part.append(0..<15, to: &buffer) } catch { #expect(error == .fileTooShort) }
        let pair = SocketPair()
        let first = try pair.near.send(part, 0..<15)
        #expect(first == .bytes(5))
        var reason: Errno?
        do throws(Errno) { _ = try pair.near.send(part, 5..<15) } catch { reason = error }
        #expect(reason == .fileTooShort)
    }

    // MARK: - Sending

    @Test func `a piece of a file is sent behind bytes`() throws {
        let part = try Self.part("0123456789")
        let pair = SocketPair()
        let first = try pair.near.send(ByteBuffer("head:"), part, 2..<5)
        let second = try pair.near.send(ByteBuffer(), part, 9..<10)
        #expect(try pair.far.text() == "head:2349")
        #expect([first, second] == [.bytes(8), .bytes(1)])
    }

    @Test func `a full peer gets the rest later`() throws {
        let text = String(repeating: "0123456789", count: 100_000)
        let part = try Self.part(text)
        let pair = SocketPair()
        var received = ByteBuffer()
        var sent = 0
        var waits = 0
        while sent < part.count {
            if case .bytes(let count) = try pair.near.send(part, sent..<part.count) {
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

    /// `sendfile` cannot be told not to raise the signal; the process need not ignore it, though.
    @Test func `a peer that is gone is an error and no signal on a loop`() throws {
        let part = try Self.part("0123456789")
        let seen = Locked<(isHeld: Bool, reason: Errno?)>((false, nil))
        let loop = try EventLoop()
        loop.submit {
            var held = sigset_t()
            unsafe pthread_sigmask(SIG_BLOCK, nil, &held)
            let isHeld = unsafe sigismember(&held, SIGPIPE) == 1
            var reason: Errno?
            if isHeld {
                let near = SocketPair().closingFar()
                do throws(Errno) { _ = try near.send(part, 0..<10) } catch { reason = error }
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
