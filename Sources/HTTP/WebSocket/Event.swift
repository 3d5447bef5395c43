public import Bytes

extension WebSocket {
    /// A whole and valid message or control frame of a client.
    public enum Event: ~Copyable, Sendable {
        /// A message that is UTF-8.
        case text(ByteBuffer)
        case binary(ByteBuffer)
        /// To be answered by a pong with the same payload.
        case ping(ByteBuffer)
        case pong(ByteBuffer)
        /// The client will send nothing more. A close frame without a code has none; the reason is UTF-8.
        case close(CloseCode?, reason: ByteBuffer)
    }
}
