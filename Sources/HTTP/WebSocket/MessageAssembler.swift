import Bytes

extension WebSocket {
    /// Assembles the messages of a client: joins fragments, accepts control frames between them, and validates text while it
    /// arrives.
    public struct MessageAssembler: ~Copyable, Sendable {
        private let limit: Int
        private var parser = FrameParser()
        private var frame = FrameHeader(isFinal: true, opcode: .text, count: 0)
        /// Whether the message that has begun is text or binary; `nil` between messages.
        private var kind: Opcode?
        private var message = ByteBuffer()
        /// The most bytes that the message can have: the limit, until the header of its last frame is known.
        private var most = 0
        /// Between messages it stands at the end of a whole character, ready for the next.
        private var validator = UTF8Validator()
        private var control = ByteBuffer()

        /// Whether the client has closed or failed; further input is dropped (RFC 6455, 1.4, 7.1.7).
        public private(set) var isOver = false

        /// An assembler for messages of at most `limit` bytes.
        public init(limit: Int) {
            self.limit = limit
        }

        /// The bytes of memory that the message which has begun holds.
        public var held: Int { message.capacity }

        /// Consumes input from `offset` on until an event is complete; `nil` when all input is consumed.
        ///
        /// Before a message takes memory, `reserve` is asked for the additional bytes; a refusal ends the connection.
        /// The receiver of the message releases its capacity, and the owner of the assembler releases what is `held`.
        @_lifetime(input: copy input)
        public mutating func next(
            _ input: inout MutableSpan<UInt8>, from offset: inout Int, reserve: (Int) -> Bool = { _ in true }
        ) throws(Failure) -> Event? {
            do throws(Failure) {
                while !isOver {
                    switch try parser.next(&input, from: &offset) {
                    case .needMore:
                        return nil
                    case .header(let header):
                        try begin(header)
                        guard header.count == 0 else { continue }
                    case .payload(let range, let isEnd):
                        try take(input.span.extracting(range), reserve)
                        guard isEnd else { continue }
                    }
                    if frame.opcode.isControl { return try controlEvent() }
                    if frame.isFinal { return try messageEvent() }
                }
            } catch {
                isOver = true
                throw error
            }
            offset = input.count
            return nil
        }

        /// Whether a frame may come here, and whether its message stays within the limit (RFC 6455, 5.4).
        private mutating func begin(_ header: FrameHeader) throws(Failure) {
            frame = header
            if header.opcode.isControl { return }
            if header.opcode == .continuation {
                guard kind != nil else { throw .nothingToContinue }
            } else {
                guard kind == nil else { throw .messageInterrupted }
                kind = header.opcode
            }
            guard header.count <= limit - message.count else { throw .messageTooBig }
            most = header.isFinal ? message.count + header.count : limit
        }

        private mutating func take(_ piece: Span<UInt8>, _ reserve: (Int) -> Bool) throws(Failure) {
            if frame.opcode.isControl {
                control.append(piece)
                return
            }
            if kind == .text {
                // Checked piece by piece, so that bad text ends at its first bad byte and not after 64 MiB.
                guard validator.accept(piece) else { throw .invalidUTF8 }
            }
            let needed = message.count + piece.count
            if needed > message.capacity {
                // A quarter more than arrived and no more, since a length is only a promise.
                let room = min(needed + needed / 4, most)
                guard reserve(room - message.capacity) else { throw .outOfMemory }
                message.reserve(room)
            }
            message.append(piece)
        }

        private mutating func messageEvent() throws(Failure) -> Event {
            let isText = kind == .text
            guard !isText || validator.isComplete else { throw .invalidUTF8 }
            kind = nil
            var whole = ByteBuffer()
            swap(&whole, &message)
            return isText ? .text(whole) : .binary(whole)
        }

        private mutating func controlEvent() throws(Failure) -> Event {
            var payload = ByteBuffer()
            swap(&payload, &control)
            switch frame.opcode {
            case .ping: return .ping(payload)
            case .pong: return .pong(payload)
            default: break
            }
            // A close frame (5.5.1): nothing, or a code and perhaps a reason.
            isOver = true
            guard payload.count > 0 else { return .close(nil, reason: payload) }
            guard payload.count > 1 else { throw .shortClose }
            let code = CloseCode(rawValue: UInt16(payload.bytes[0]) << 8 | UInt16(payload.bytes[1]))
            guard code.isAllowedInFrame else { throw .forbiddenCloseCode }
            payload.removeFirst(2)
            var reason = UTF8Validator()
            guard reason.accept(payload.bytes), reason.isComplete else { throw .invalidUTF8 }
            return .close(code, reason: payload)
        }
    }
}
