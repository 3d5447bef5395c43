extension WebSocket {
    /// The delegate of a WebSocket. All calls come on the socket's loop, one after the other, and must not wait.
    public protocol Session: AnyObject, Sendable {
        /// The handshake is done; messages are sent through `socket`, now and later.
        func opened(_ socket: Socket)

        /// A whole message has been received. Its memory counts to the limit until the body goes.
        func received(_ message: consuming Body, isText: Bool)

        /// A pong has been received. With the payload of a ping of the server, the client has read everything sent before it.
        func ponged(_ payload: Span<UInt8>)

        /// All output has been sent, after some of it had to wait.
        func drained()

        /// The WebSocket is closed: nothing more is received, and nothing can be sent. Without a code the client left without a
        /// close frame.
        func closed(_ code: CloseCode?)
    }

    /// Whether a request becomes a WebSocket.
    public enum Acceptance: ~Copyable, Sendable {
        /// With the subprotocols that the session knows, if any.
        case accept(any Session, subprotocols: [String])
        case refuse(Response)

        public static func accept(_ session: any Session) -> Acceptance { .accept(session, subprotocols: []) }
    }
}

extension WebSocket.Session {
    public func opened(_ socket: WebSocket.Socket) {}
    public func ponged(_ payload: Span<UInt8>) {}
    public func drained() {}
    public func closed(_ code: WebSocket.CloseCode?) {}
}
