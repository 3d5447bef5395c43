import Bytes
import Net

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
    /// The route of `request`.
    var route = 0

    /// Receives straight into the body, as much as it has room for.
    func receiveBody(from socket: borrowing Descriptor, upTo limit: Int) throws(Errno) -> Transfer {
        try request?.body.receive(from: socket, upTo: min(missing, limit)) ?? .wouldBlock
    }
}
