import Bytes
import Glibc
import Testing

@testable import Net
@testable import System

@Suite struct DescriptorTests {
    /// A descriptor with a number so high that no other test gets it while this one looks.
    private static func high() -> Descriptor {
        Descriptor(owning: fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 900))
    }

    @Test func `a descriptor is closed when its owner goes`() {
        let number: CInt
        do {
            let descriptor = Self.high()
            number = descriptor.number
            #expect(isOpen(number))
        }
        #expect(!isOpen(number))
    }

    @Test func `a descriptor is closed once however often it moves`() {
        final class Owner {
            let descriptor: Descriptor
            init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
        }
        let first = Self.high()
        let number = first.number
        let box = TransferBox(first)
        var owner: Owner? = Owner(box.take())
        #expect(isOpen(number))
        #expect(owner?.descriptor.number == number)
        owner = nil
        #expect(!isOpen(number))
        // Somebody else may have the number now, and keeps it.
        #expect(dup2(STDERR_FILENO, number) == number)
        _ = box
        #expect(isOpen(number))
        #expect(close(number) == 0)
    }

    @Test func `the peer receives the end`() throws {
        let near = SocketPair().closingFar()
        var buffer = ByteBuffer()
        let transfer = try near.receive(into: &buffer, upTo: 10)
        #expect(transfer == .end)
    }

    // MARK: - Sending and receiving

    @Test func `bytes that are sent are received`() throws {
        let pair = SocketPair()
        #expect(try pair.near.send("hello") == .bytes(5))
        var buffer = ByteBuffer(">")
        let first = try pair.far.receive(into: &buffer, upTo: 2)
        let second = try pair.far.receive(into: &buffer, upTo: 100)
        let third = try pair.far.receive(into: &buffer, upTo: 100)
        #expect([first, second, third] == [.bytes(2), .bytes(3), .wouldBlock])
        let text = buffer.bytes.text
        #expect(text == ">hello")
    }

    @Test func `two runs of bytes are sent as one`() throws {
        let pair = SocketPair()
        let stored = SharedBytes(ByteBuffer("0123456789"))
        let sent = try pair.near.send(ByteBuffer("head:"), stored, 2..<5)
        let empty = try pair.near.send(ByteBuffer(), stored, 9..<10)
        let text = try pair.far.text()
        #expect(sent == .bytes(8))
        #expect(empty == .bytes(1))
        #expect(text == "head:2349")
    }

    @Test func `a full peer is no error`() throws {
        let pair = SocketPair()
        let piece = ByteBuffer(String(repeating: "a", count: 100_000))
        var (count, transfer) = (0, Transfer.bytes(0))
        while case .bytes(let sent) = transfer {
            count += sent
            transfer = try pair.near.send(piece)
        }
        #expect(transfer == .wouldBlock)
        #expect(count > 0)
        let isWritable = pair.near.wait(for: .writable, milliseconds: 0)
        #expect(!isWritable)
        var buffer = ByteBuffer()
        while case .bytes = try pair.far.receive(into: &buffer, upTo: 1 << 20) {}
        let all = buffer.count
        #expect(all == count)
    }

    /// Were the signal not held off, the test would end here.
    @Test func `a peer that is gone is an error and no signal`() {
        let near = SocketPair().closingFar()
        var errors: [Errno] = []
        do { _ = try near.send(ByteBuffer("a")) } catch { errors.append(error) }
        do { _ = try near.send(ByteBuffer("a"), SharedBytes(ByteBuffer("b")), 0..<1) } catch { errors.append(error) }
        #expect(errors == [Errno(EPIPE), Errno(EPIPE)])
    }

    @Test func `the peer still answers after sending is shut down`() throws {
        let pair = SocketPair()
        pair.near.shutdownSending()
        var buffer = ByteBuffer()
        let transfer = try pair.far.receive(into: &buffer, upTo: 1)
        #expect(transfer == .end)
        _ = try pair.far.send("answer")
        #expect(try pair.near.text() == "answer")
    }

    @Test func `waiting ends with the time or with readiness`() throws {
        let pair = SocketPair()
        let before = pair.near.wait(for: .readable, milliseconds: 1)
        let writable = pair.near.wait(for: .writable, milliseconds: 1)
        _ = try pair.far.send("a")
        let after = pair.near.wait(for: .readable, milliseconds: 10_000)
        #expect([before, writable, after] == [false, true, true])
    }
}
