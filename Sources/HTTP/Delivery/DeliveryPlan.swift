public import Time

/// How an answer is delivered, where that is not at once and whole: what networks and servers do to their clients.
public struct DeliveryPlan: Sendable, Equatable {
    /// How the delivery ends.
    public enum Ending: Sendable, Equatable {
        /// With the last byte, as always.
        case complete
        /// The connection is closed behind so many bytes of the body.
        case cut(after: Int)
        /// The connection is reset behind so many bytes of the body; without a number before anything is sent.
        case reset(after: Int?)
        /// Nothing is ever sent. The connection stays until the client goes, or until it has been idle for too long.
        case hang
    }

    /// How fast the body is sent.
    public struct Pace: Sendable, Equatable {
        public let bytesPerSecond: Int
        /// How many bytes are sent at a time.
        public let piece: Int

        /// Without a size of its own, a piece is what is due within a twentieth of a second.
        public init(bytesPerSecond: Int, piece: Int? = nil) {
            self.bytesPerSecond = min(max(1, bytesPerSecond), 1 << 32)
            self.piece = max(1, piece ?? self.bytesPerSecond / 20)
        }

        /// When a byte of the body is due, counted from the first.
        func due(_ byte: Int) -> Interval {
            let (seconds, rest) = byte.quotientAndRemainder(dividingBy: bytesPerSecond)
            return .seconds(seconds) + Interval.seconds(1) * rest / bytesPerSecond
        }
    }

    /// Real time that passes before the answer begins.
    public var hold = Interval.zero
    /// The answer begins when this opens.
    public var gate: Gate?
    public var pace: Pace?
    public var ending = Ending.complete
    /// What `content-length` says, where that is not the truth. The connection is closed behind the body.
    public var statedLength: Int?

    public init(
        hold: Interval = .zero, behind gate: Gate? = nil, pace: Pace? = nil, ending: Ending = .complete,
        statedLength: Int? = nil
    ) {
        self.hold = hold
        self.gate = gate
        self.pace = pace
        self.ending = ending
        self.statedLength = statedLength
    }
}

extension Response {
    /// How the answer is delivered, where that is not at once and whole.
    public var plan: DeliveryPlan? {
        get { extras?.plan }
        set { extras = Extras(plan: newValue, date: date) }
    }

    /// What the Date field says, where that is not the server's time.
    public var date: Instant? {
        get { extras?.date }
        set { extras = Extras(plan: plan, date: newValue) }
    }

    /// What few answers have.
    final class Extras: Sendable {
        let plan: DeliveryPlan?
        let date: Instant?

        init?(plan: DeliveryPlan?, date: Instant?) {
            if plan == nil, date == nil { return nil }
            (self.plan, self.date) = (plan, date)
        }
    }
}

/// How a message of a WebSocket is delivered, where that is not at once and whole.
public enum MessagePlan: Sendable, Equatable {
    /// The message is not sent.
    case drop
    /// The message is sent later, and those behind it after it.
    case delay(Interval)
    /// Only so many bytes of the frame are sent, its header among them, then the connection is closed without a close frame.
    case cut(after: Int)
    /// Half of the frame is sent, then the connection is closed without a close frame.
    case half
}
