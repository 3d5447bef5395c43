import Bytes
import Net
import System

/// The incomplete request of a connection. Idle connections have none.
final class Reception {
    /// Received bytes that are not used yet.
    var input = ByteBuffer()
    var parser = RequestParser()
    /// The request whose body is arriving.
    var request: Request?
    /// How much of a body of known length is missing.
    var missing = 0
    var chunks: ChunkedDecoder?
    /// How many more bytes of a refused body may be discarded.
    var drainLeft = 0
    var bodyLimit = 0
    /// Reading pauses until it is the body's turn.
    var awaitsTurn = false
    /// The turn timeout has passed.
    var isImpatient = false

    /// Whether more of the body may be received now. If not, `wake` is called when it may.
    func takesTurn(_ wake: @escaping @Sendable () -> Void) -> Bool {
        if isImpatient { return true }
        // A chunked body is received into `input`, so as much may arrive at once as fits there.
        return request?.body.takesTurn(for: chunks == nil ? 1 : Reception.inputRoom, wake) ?? true
    }

    /// How much is received into `input` at once.
    static let inputRoom = 16 << 10

    /// Receives into the body itself, as much as it has room for.
    func receiveBody(from transport: borrowing Transport, upTo limit: Int) throws(Errno) -> Transfer {
        try request?.body.receive(from: transport, upTo: min(missing, limit)) ?? .wouldBlock
    }
}
