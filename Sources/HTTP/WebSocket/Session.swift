extension WebSocket {
    /// One side of a conversation: what a handler wants to hear of a socket. All calls come on the socket's loop, one after
    /// the other, and must not wait.
    public protocol Session: AnyObject, Sendable {
        /// The handshake is done; `socket` is what to answer through, now and later.
        func opened(_ socket: Socket)

        /// A whole message has come. Its memory counts until the body goes.
        func received(_ message: consuming Body, isText: Bool)

        /// A pong has come: with what a ping of ours brought, the peer has read all that was sent before that ping.
        func ponged(_ payload: Span<UInt8>)

        /// What was sent has been taken by the peer, after there was more of it than it took at once.
        func drained()

        /// The conversation is over; nothing more comes, and nothing sent arrives. No code: the peer went without a word.
        func closed(_ code: CloseCode?)
    }

    /// Whether a request becomes a WebSocket.
    public enum Acceptance: ~Copyable, Sendable {
        /// With the subprotocols that are spoken, if any.
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
