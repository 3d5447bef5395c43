import Bytes
import Net
import System

/// What a connection keeps of a request that is not whole yet. Connections that wait have none.
final class Reception {
    /// Bytes that came and are not used up.
    var input = ByteBuffer()
    var parser = RequestParser()
    /// The request whose body is arriving.
    var request: Request?
    /// How much of a body of known length is missing.
    var missing = 0
    var chunks: ChunkedDecoder?
    /// How many bytes of a refused body may still be thrown away.
    var drainLeft = 0
    var bodyLimit = 0
    /// Nothing more of the body is read until its turn comes.
    var awaitsTurn = false
    /// It has waited for its turn long enough.
    var isImpatient = false
    /// The route of `request`.
    var route = 0

    /// Whether more of the body may come now. If not, `wake` is called when it may.
    func takesTurn(_ wake: @escaping @Sendable () -> Void) -> Bool {
        if isImpatient { return true }
        // A body in chunks goes through `input`, so as much may come at once as that takes.
        return request?.body.takesTurn(for: chunks == nil ? 1 : Reception.inputRoom, wake) ?? true
    }

    /// How much is received into `input` at once.
    static let inputRoom = 16 << 10

    /// Receives straight into the body, as much as it has room for.
    func receiveBody(from socket: borrowing Descriptor, upTo limit: Int) throws(Errno) -> Transfer {
        try request?.body.receive(from: socket, upTo: min(missing, limit)) ?? .wouldBlock
    }
}
