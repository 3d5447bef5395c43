extension WebSocket {
    /// Parses the frames that a client sends, from input in pieces of any size.
    ///
    /// It holds no bytes: a header is read byte by byte into numbers, each fault thrown at the first byte that shows it,
    /// and a payload is unmasked where it stands.
    public struct FrameParser: Sendable {
        /// What the next piece of input is.
        public enum Step: Equatable, Sendable {
            /// All input is consumed and more is needed.
            case needMore
            /// A frame begins; if its count is 0 it also ends here.
            case header(FrameHeader)
            /// These bytes of the input, now unmasked, belong to the frame that began last.
            case payload(Range<Int>, isEnd: Bool)
        }

        private enum Phase: Sendable {
            case first
            case second
            case length(bytesLeft: Int, atLeast: Int)
            case key(bytesLeft: Int)
            case payload
        }

        private var phase = Phase.first
        private var header = FrameHeader(isFinal: true, opcode: .text, count: 0)
        /// The masking key turned so that its lowest byte is due next.
        private var key: UInt32 = 0
        /// The bytes of payload still to come.
        private var left = 0

        public init() {}

        /// Consumes input from `offset` on, moves `offset` behind it and returns what it was.
        ///
        /// After a failure the parser has no use any more.
        @_lifetime(input: copy input)
        public mutating func next(
            _ input: inout MutableSpan<UInt8>, from offset: inout Int
        ) throws(Failure) -> Step {
            while offset < input.count {
                if case .payload = phase { return payload(&input, from: &offset) }
                let byte = input[offset]
                offset += 1
                if try takeHeader(byte) { return .header(header) }
            }
            return .needMore
        }

        @_lifetime(input: copy input)
        private mutating func payload(_ input: inout MutableSpan<UInt8>, from offset: inout Int) -> Step {
            let range = offset..<(offset + min(left, input.count - offset))
            input.unmask(range, with: key)
            // The bytes of the key follow one another across pieces of a payload.
            let turn = UInt32(truncatingIfNeeded: range.count & 3) * 8
            key = key &>> turn | key &<< (32 &- turn)
            left -= range.count
            offset = range.upperBound
            if left == 0 { phase = .first }
            return .payload(range, isEnd: left == 0)
        }

        /// Consumes one byte of a header (RFC 6455, 5.2); true if it was the last.
        private mutating func takeHeader(_ byte: UInt8) throws(Failure) -> Bool {
            switch phase {
            case .first:
                guard byte & 0x70 == 0 else { throw .reservedBits }
                guard let opcode = Opcode(rawValue: byte & 0x0F) else { throw .reservedOpcode }
                header = FrameHeader(isFinal: byte & 0x80 != 0, opcode: opcode, count: 0)
                guard header.isFinal || !opcode.isControl else { throw .fragmentedControl }
                phase = .second
            case .second:
                // Refused here already, for the sake of proxies that would take the bytes for something else (5.1, 10.3).
                guard byte & 0x80 != 0 else { throw .notMasked }
                let short = Int(byte & 0x7F)
                guard short < 126 || !header.opcode.isControl else { throw .longControl }
                switch short {
                case 126: phase = .length(bytesLeft: 2, atLeast: 126)
                case 127: phase = .length(bytesLeft: 8, atLeast: 65_536)
                default:
                    header.count = short
                    phase = .key(bytesLeft: 4)
                }
            case .length(let bytesLeft, let atLeast):
                if bytesLeft == 8, byte & 0x80 != 0 { throw .lengthTooLarge }
                header.count = header.count << 8 | Int(byte)
                if bytesLeft > 1 {
                    phase = .length(bytesLeft: bytesLeft - 1, atLeast: atLeast)
                } else {
                    guard header.count >= atLeast else { throw .lengthNotShortest }
                    phase = .key(bytesLeft: 4)
                }
            case .key(let bytesLeft):
                key = key >> 8 | UInt32(byte) << 24
                if bytesLeft > 1 {
                    phase = .key(bytesLeft: bytesLeft - 1)
                } else {
                    left = header.count
                    phase = left > 0 ? .payload : .first
                    return true
                }
            case .payload:
                break
            }
            return false
        }
    }
}
