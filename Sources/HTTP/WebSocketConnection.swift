import Bytes

/// What a connection keeps while it is a WebSocket.
final class WebSocketConnection {
    let session: any WebSocket.Session
    let socket: WebSocket.Socket
    var assembler: WebSocket.MessageAssembler
    /// The memory of the message that is arriving.
    var share: Budget.Share
    /// A close frame has been sent; the peer's answer ends the connection.
    var hasSentClose = false
    /// Its session hears nothing for now.
    var isPaused = false
    var closeCode: WebSocket.CloseCode?

    init(_ session: any WebSocket.Session, _ socket: WebSocket.Socket, limit: Int, budget: Budget) {
        self.session = session
        self.socket = socket
        assembler = WebSocket.MessageAssembler(limit: limit)
        share = budget.share()
    }

    /// Gives a message its memory's share, and the next one a new share.
    func takeShare(from budget: Budget) -> Budget.Share {
        var taken = budget.share()
        swap(&taken, &share)
        return taken
    }
}
