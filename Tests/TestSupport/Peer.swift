import Bytes
import Net
import Synchronization
import System

/// The other side of a transfer: it answers byte for byte what a test says, one connection after the other.
public final class Peer: Sendable {
    public let port: Int
    private let heard = Locked<[String]>([])
    private let isStopped = Atomic<Bool>(false)

    /// The requests so far, head and body.
    public var requests: [String] { heard.withLock { $0 } }

    public func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    private init(port: Int) { self.port = port }

    /// Serves while `body` runs. `answer` gets the request's target and the connection, which closes when it returns.
    public static func serving<Value>(
        _ answer: @escaping @Sendable (_ target: String, _ connection: borrowing Connection) throws -> Void,
        _ body: (Peer) throws -> Value
    ) throws -> Value {
        guard let address = SocketAddress(host: "127.0.0.1", port: 0) else { fatalError("no such address") }
        let listener = try Descriptor.listening(at: address)
        let peer = Peer(port: Int(listener.localAddress()?.port ?? 0))
        let box = TransferBox(listener)
        let thread = try Thread("peer") { peer.serve(box.take(), answer) }
        let result = Result { try body(peer) }
        peer.isStopped.store(true, ordering: .relaxed)
        thread.join()
        return try result.get()
    }

    /// Serves one answer to all.
    public static func answering<Value>(_ answer: String, _ body: (Peer) throws -> Value) throws -> Value {
        try serving({ try $1.send(answer) }, body)
    }

    private func serve(
        _ listener: consuming Descriptor, _ answer: (String, borrowing Connection) throws -> Void
    ) {
        while !isStopped.load(ordering: .relaxed) {
            guard listener.wait(for: .readable, milliseconds: 10) else { continue }
            guard let socket = try? listener.accept() else { continue }
            let connection = Connection(socket: socket, isStopped: { self.isStopped.load(ordering: .relaxed) })
            // A client that goes in the middle is what some tests are about.
            guard let request = try? connection.receiveRequest(), !request.isEmpty else { continue }
            heard.withLock { $0.append(request) }
            let words = request.split(separator: " ", maxSplits: 2)
            try? answer(words.count > 1 ? String(words[1]) : "", connection)
        }
    }

    public struct Connection: ~Copyable {
        fileprivate let socket: Descriptor
        fileprivate let isStopped: () -> Bool

        public borrowing func send(_ text: String) throws { try send(Array(text.utf8)) }

        /// Sends all of it, for as long as the client takes it and the test goes on.
        public borrowing func send(_ bytes: [UInt8]) throws {
            var rest = ByteBuffer(bytes.span)
            while !rest.isEmpty {
                if isStopped() { throw Errno.timedOut }
                switch try socket.send(rest) {
                case .bytes(let count): rest.removeFirst(count)
                case .wouldBlock, .end: _ = socket.wait(for: .writable, milliseconds: 10)
                }
            }
        }

        /// Waits until the client has closed.
        public borrowing func waitForEnd() throws {
            var ignored = ByteBuffer()
            while try !isAtEnd(&ignored) {}
        }

        fileprivate borrowing func receiveRequest() throws -> String {
            var bytes = ByteBuffer()
            var wanted: Int?
            while wanted.map({ bytes.count < $0 }) ?? true {
                if try isAtEnd(&bytes) { break }
                // A greeting of TLS has no empty line to wait for.
                if bytes.bytes.count > 0, bytes.bytes[0] == 0x16 { break }
                if wanted == nil { wanted = wholeLength(of: bytes.bytes.text) }
            }
            return bytes.bytes.text
        }

        /// Receives what there is; says whether nothing more will come.
        private borrowing func isAtEnd(_ bytes: inout ByteBuffer) throws -> Bool {
            guard socket.wait(for: .readable, milliseconds: 10) else { return isStopped() }
            return try socket.receive(into: &bytes, upTo: 65_536) == .end
        }

        /// The length of a request with its body, once its head is whole.
        private borrowing func wholeLength(of text: String) -> Int? {
            guard let end = text.utf8.split(text: "\r\n\r\n") else { return nil }
            let lines = text.lowercased().split(separator: "\r\n")
            let length = lines.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) }
            return end + (length ?? 0)
        }
    }
}

extension String.UTF8View {
    /// Where the text behind the first `mark` begins.
    fileprivate func split(text mark: String) -> Int? {
        let (bytes, mark) = (Array(self), Array(mark.utf8))
        guard bytes.count >= mark.count else { return nil }
        return (0...(bytes.count - mark.count)).first { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }
            .map { $0 + mark.count }
    }
}

/// An answer of a status and fields, and a body of its length.
public func answer(_ status: String = "200 OK", fields: String = "", _ body: String = "") -> String {
    "HTTP/1.1 \(status)\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)"
}
