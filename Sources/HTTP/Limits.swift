public import Time

/// Every bound of the server. Sizes are in bytes.
public struct Limits: Sendable {
    /// The longest request line.
    public var requestLine = 8 << 10
    /// The most bytes of all fields of a head together.
    public var fieldBytes = 64 << 10
    /// The most fields of a head.
    public var fieldCount = 100
    /// The largest body, unless its route asks for less.
    public var body = 64 << 20
    /// How long a head may take from its first byte to its last.
    public var headTime = Interval.seconds(10)
    /// How long a body may stop arriving.
    public var bodyTime = Interval.seconds(30)
    /// How long a connection may wait for its next request, or for its first.
    public var idleTime = Interval.seconds(75)
    /// How long a reader may take nothing of an answer.
    public var writeTime = Interval.seconds(30)
    /// The most connections at once.
    public var connections = 10_000
    /// The most bytes of bodies in memory at once, over all connections.
    public var bodyMemory = 1 << 30
    /// The bytes of bodies in memory above which bodies are read one after the other.
    public var bodyTurnThreshold = 8 << 20
    /// How long a body waits for its turn before it is read anyway.
    public var bodyTurnTime = Interval.seconds(1)
    /// How much of a refused body is read so that the connection survives.
    public var drain = 1 << 20
    /// How long a closing connection is read for more, so that the last answer reaches its peer; fifteen times as long in all.
    public var lingerTime = Interval.seconds(2)
    /// The largest WebSocket message.
    public var webSocketMessage = 64 << 20
    /// The most memory of output that a WebSocket's client has not taken.
    public var webSocketQueue = 256 << 20
    /// How long a WebSocket may be idle.
    public var webSocketIdleTime = Interval.seconds(120)
    /// The close code for an idle WebSocket.
    public var webSocketIdleCode = WebSocket.CloseCode.goingAway

    public init() {}
}
