public import Bytes

extension WebSocket {
    /// Writes the frames of a server, which are never masked (RFC 6455, 5.1).
    public enum FrameWriter {
        /// Writes the header of a frame; `count` bytes of payload are to follow.
        public static func header(
            _ opcode: Opcode, isFinal: Bool = true, count: Int, into output: inout ByteBuffer
        ) {
            output.append(opcode.rawValue | (isFinal ? 0x80 : 0))
            let lengthBytes: Int
            switch count {
            case ..<126: (lengthBytes, _) = (0, output.append(UInt8(count)))
            case ..<65_536: (lengthBytes, _) = (2, output.append(126))
            default: (lengthBytes, _) = (8, output.append(127))
            }
            for byte in (0..<lengthBytes).reversed() { output.append(UInt8(truncatingIfNeeded: count >> (8 * byte))) }
        }

        /// Writes a whole ping.
        public static func ping(_ payload: Span<UInt8>, into output: inout ByteBuffer) {
            control(.ping, payload, into: &output)
        }

        /// Writes a whole pong, which repeats the payload of the ping that it answers.
        public static func pong(_ payload: Span<UInt8>, into output: inout ByteBuffer) {
            control(.pong, payload, into: &output)
        }

        /// Writes a whole close frame, without a code if there is none, as the answer to one that had none.
        public static func close(_ code: CloseCode?, reason: StaticString = "", into output: inout ByteBuffer) {
            var payload = ByteBuffer()
            if let code {
                payload.append(UInt8(code.rawValue >> 8))
                payload.append(UInt8(truncatingIfNeeded: code.rawValue))
                payload.append(reason)
            }
            control(.close, payload.bytes, into: &output)
        }

        private static func control(_ opcode: Opcode, _ payload: Span<UInt8>, into output: inout ByteBuffer) {
            precondition(payload.count < 126, "a control frame carries at most 125 bytes")
            header(opcode, count: payload.count, into: &output)
            output.append(payload)
        }
    }
}
