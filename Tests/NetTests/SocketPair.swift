import Bytes
import Glibc

@testable import Net

/// Two connected sockets.
struct SocketPair: ~Copyable {
    let near: Descriptor
    let far: Descriptor

    init() {
        var numbers: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &numbers) == 0 else { fatalError("no sockets") }
        near = Descriptor(owning: numbers[0])
        far = Descriptor(owning: numbers[1])
    }

    /// Calls `body` with a transport over the near end, and the far end.
    consuming func withTransport<Result>(
        sendsFiles: Bool = true, _ body: (borrowing Transport, borrowing Descriptor) throws -> Result
    ) rethrows -> Result {
        let far = far
        let transport = Transport(plain: near, sendsFiles: sendsFiles)
        return try body(transport, far)
    }

    /// Closes the far end and keeps the near one.
    consuming func closingFar() -> Descriptor { near }
}

extension Descriptor {
    /// What can be received at once, as text.
    borrowing func text(upTo limit: Int = 1000) throws -> String {
        var buffer = ByteBuffer()
        _ = try receive(into: &buffer, upTo: limit)
        return buffer.bytes.text
    }

    borrowing func send(_ text: String) throws -> Transfer { try send(ByteBuffer(text)) }
}

/// Whether the kernel knows a descriptor of this number.
func isOpen(_ number: CInt) -> Bool { fcntl(number, F_GETFD) >= 0 }
