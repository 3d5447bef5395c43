extension WebSocket {
    /// The header of a frame.
    public struct FrameHeader: Sendable, Equatable {
        /// Whether the message ends with this frame.
        public var isFinal: Bool
        public var opcode: Opcode
        /// The bytes of payload that follow.
        public var count: Int

        public init(isFinal: Bool, opcode: Opcode, count: Int) {
            self.isFinal = isFinal
            self.opcode = opcode
            self.count = count
        }
    }
}
