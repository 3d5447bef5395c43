extension WebSocket {
    /// Why a connection is closed (RFC 6455, 7.4, and the registry it founded).
    public struct CloseCode: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        public static let normal = CloseCode(rawValue: 1000)
        public static let goingAway = CloseCode(rawValue: 1001)
        public static let protocolError = CloseCode(rawValue: 1002)
        public static let unsupportedData = CloseCode(rawValue: 1003)
        public static let invalidPayload = CloseCode(rawValue: 1007)
        public static let policyViolation = CloseCode(rawValue: 1008)
        public static let tooBig = CloseCode(rawValue: 1009)
        public static let internalError = CloseCode(rawValue: 1011)
        public static let tryAgainLater = CloseCode(rawValue: 1013)

        /// Whether a peer may send this code. 1004 to 1006 and 1015 are never sent in a frame, the rest below 3000 is not
        /// assigned yet (7.4.1, 7.4.2).
        public var isAllowedInFrame: Bool {
            switch rawValue {
            case 1000...1003, 1007...1014, 3000...4999: true
            default: false
            }
        }
    }
}
