public import Outbound
public import Time

/// What goes wrong with one attempt to send a message.
public struct MessageFault: Hashable, Sendable {
    /// Emulated time that passes first.
    public var delay: Interval?
    /// The attempt fails with this instead of being made.
    public var failure: OutboundError?
    /// The message counts as sent and is not.
    public var drops = false
    /// How often it is sent.
    public var repeats = 1
    /// Of the messages of a namespace that wait, the last one is sent first.
    public var isReversed = false
    /// For a while, polls show the task as if it had not ended.
    public var isEarly = false
    /// The secret in place of the right one.
    public var secret: String?
    /// What is sent instead of the message.
    public var body: String?
    /// Half of the message is sent.
    public var breaksJSON = false

    public init() {}

    /// How long messages wait for later ones that are sent first, and how much earlier each one is sent than the one before it.
    static let reversalTime = Interval.seconds(2)
    static let reversalStep = Interval.milliseconds(20)
    /// How long polls are behind an early webhook.
    static let earlyTime = Interval.seconds(2)
}
