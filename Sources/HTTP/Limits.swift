/// Every bound of the server. Times are nanoseconds, sizes bytes.
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
    public var headTime: Int64 = 10_000_000_000
    /// How long a body may stand still.
    public var bodyTime: Int64 = 30_000_000_000
    /// How long a connection may wait for its next request, or for its first.
    public var idleTime: Int64 = 75_000_000_000
    /// How long a reader may take nothing of an answer.
    public var writeTime: Int64 = 30_000_000_000
    /// The most connections at once.
    public var connections = 10_000
    /// The most bytes of bodies in memory at once, over all connections.
    public var bodyMemory = 1 << 30
    /// The bytes of bodies in memory from which on they come one after the other.
    public var bodyEase = 8 << 20
    /// How long a body waits for its turn, and then comes all the same.
    public var bodyTurnTime: Int64 = 1_000_000_000
    /// How much of a refused body is read so that the connection survives.
    public var drain = 1 << 20
    /// How long a closing connection is read for more, so that the last answer reaches its peer; fifteen times as long in all.
    public var lingerTime: Int64 = 2_000_000_000
    /// The largest WebSocket message.
    public var webSocketMessage = 64 << 20
    /// The most memory of what waits to be taken by a WebSocket's peer.
    public var webSocketQueue = 256 << 20
    /// How long a WebSocket may say nothing.
    public var webSocketIdleTime: Int64 = 120_000_000_000
    /// With what one that said nothing for so long is closed.
    public var webSocketIdleCode = WebSocket.CloseCode.goingAway

    public init() {}
}
