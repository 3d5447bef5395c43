import Bytes

/// What a connection keeps while it is a WebSocket.
final class WebSocketConnection {
    let session: any WebSocket.Session
    let socket: WebSocket.Socket
    var assembler: WebSocket.MessageAssembler
    /// The memory of the message that is arriving.
    var share: Budget.BodyReservation
    /// A close frame has been sent; the peer's answer ends the connection.
    var hasSentClose = false
    /// The session receives nothing for now.
    var isPaused = false
    var closeCode: WebSocket.CloseCode?
    /// Messages that are sent later, if there ever were any.
    var delayed: DelayedMessages?

    /// The exchange that opened it, if a layer wants exchanges. Its notes apply to all messages.
    let exchange: OpenExchange?

    init(
        _ session: any WebSocket.Session, _ socket: WebSocket.Socket, limit: Int, budget: Budget,
        _ exchange: OpenExchange?
    ) {
        self.session = session
        self.socket = socket
        self.exchange = exchange
        assembler = WebSocket.MessageAssembler(limit: limit)
        share = budget.reservation()
    }

    /// Returns the memory reserved for a message, and begins a new reservation for the next one.
    func takeReservation(from budget: Budget) -> Budget.BodyReservation {
        var taken = budget.reservation()
        swap(&taken, &share)
        return taken
    }
}
