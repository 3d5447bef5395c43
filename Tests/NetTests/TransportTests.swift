import Bytes
import TestSupport
import Testing

@testable import Net
@testable import System

@Suite struct TransportTests {
    /// Everything that comes out of a descriptor until its end.
    private func receiveAll(_ descriptor: borrowing Descriptor) throws -> [UInt8] {
        var buffer = ByteBuffer()
        while true {
            guard descriptor.wait(for: .readable, milliseconds: 10_000) else { throw Errno.timedOut }
            if try descriptor.receive(into: &buffer, upTo: 65_536) == .end { break }
        }
        return buffer.bytes.indices.map { buffer.bytes[$0] }
    }

    @Test(arguments: [true, false])
    func `a file part is sent behind a head whether the kernel sends it or not`(_ sendsFiles: Bool) throws {
        let file = try withTemporaryFolder { try SharedFile(temporaryIn: $0) }
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        try file.write(bytes.span, at: 10)
        let part = FilePart(file, 10..<1010)
        try SocketPair().withTransport(sendsFiles: sendsFiles) { transport, far in
            let (first, second) = try (
                transport.send(ByteBuffer("head"), part, 100..<300), transport.send(part, 300..<1000)
            )
            #expect(first == .bytes(204) && second == .bytes(700))
            transport.shutdownSending()
            let received = try receiveAll(far)
            #expect(received == Array("head".utf8) + bytes[100...])
        }
    }

    @Test func `a file that is read is sent in pieces`() throws {
        let file = try withTemporaryFolder { try SharedFile(temporaryIn: $0) }
        let bytes = [UInt8](repeating: 7, count: 1 << 20)
        try file.write(bytes.span, at: 0)
        let part = FilePart(file, 0..<(1 << 20))
        try SocketPair().withTransport(sendsFiles: false) { transport, far in
            guard case .bytes(let count) = try transport.send(part, 0..<(1 << 20)) else {
                Issue.record("blocked")
                return
            }
            #expect(count > 0 && count <= 128 << 10)
            transport.shutdownSending()
            let received = try receiveAll(far)
            #expect(received == Array(bytes.prefix(count)))
        }
    }

    @Test(arguments: [true, false])
    func `a file that has lost its end is an error`(_ sendsFiles: Bool) throws {
        let file = try withTemporaryFolder { try SharedFile(temporaryIn: $0) }
        SocketPair().withTransport(sendsFiles: sendsFiles) { transport, _ in
            do throws(Errno) {
                _ = try transport.send(FilePart(file, 0..<10), 0..<10)
                Issue.record("sent")
            } catch {
                #expect(error == .fileTooShort)
            }
        }
    }

    @Test func `a plain transport needs no greeting and no other readiness`() throws {
        try SocketPair().withTransport { transport, _ in
            let greeting = try transport.greet()
            let both = transport.readiness(for: [.readable, .writable])
            #expect(greeting == .done && both == [.readable, .writable])
        }
    }
}
