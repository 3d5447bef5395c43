extension WebSocket {
    /// An error of the client that ends its connection, with the close code and the reason that answer it.
    public enum Failure: Error, Equatable, CaseIterable {
        case reservedBits
        case reservedOpcode
        case notMasked
        case lengthNotShortest
        case lengthTooLarge
        case fragmentedControl
        case longControl
        case nothingToContinue
        case messageInterrupted
        case shortClose
        case forbiddenCloseCode
        case invalidUTF8
        case messageTooBig
        case outOfMemory

        /// The code of the close frame that answers.
        public var code: CloseCode {
            switch self {
            case .invalidUTF8: .invalidPayload
            case .messageTooBig: .tooBig
            case .outOfMemory: .tryAgainLater
            default: .protocolError
            }
        }

        /// The reason in the close frame that answers.
        public var reason: StaticString {
            switch self {
            case .reservedBits: "a reserved bit is set and no extension was agreed"
            case .reservedOpcode: "the opcode is reserved"
            case .notMasked: "a frame from a client must be masked"
            case .lengthNotShortest: "the length is not in its shortest form"
            case .lengthTooLarge: "the length has its highest bit set"
            case .fragmentedControl: "a control frame must not be fragmented"
            case .longControl: "a control frame carries at most 125 bytes"
            case .nothingToContinue: "a continuation without a message"
            case .messageInterrupted: "a new message before the last one ended"
            case .shortClose: "a close frame with one byte"
            case .forbiddenCloseCode: "the close code must not be sent"
            case .invalidUTF8: "text that is not UTF-8"
            case .messageTooBig: "the message is too big"
            case .outOfMemory: "no memory for the message now"
            }
        }
    }
}
