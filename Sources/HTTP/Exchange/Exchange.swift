import Bytes
import Synchronization
public import Time

/// What is known of one exchange: a request and its answer, a message of a WebSocket, or something the server itself fetched
/// or sent. Logs, journals and metrics are made of these.
public struct Exchange: Sendable {
    /// What began the exchange.
    public enum Origin: Equatable, Sendable {
        /// A client's request.
        case request
        /// A message of a WebSocket that a client opened.
        case socketMessage(Direction)
        /// The server fetched something.
        case fetch
        /// The server sent a webhook.
        case webhook
        /// The server uploaded something.
        case upload
    }

    public enum Direction: Sendable { case received, sent }

    public var origin: Origin
    /// A number that no other exchange of the process has.
    public var number: UInt64
    /// The number of the exchange that opened the WebSocket, for its messages.
    public var upgrade: UInt64?
    public var kind = Route.Kind.other
    /// The pattern of the route, if the request has one.
    public var pattern: StaticString?
    public var method: String
    /// The target as sent; it may carry secrets in its query.
    public var target: String
    /// The host that the request names, with its port.
    public var host = ""
    public var userAgent = ""
    /// The address of the other end.
    public var client = ""
    /// 0 if no answer was sent.
    public var status = 0
    public var bytesIn = 0
    public var bytesOut = 0
    /// When the first byte of the request came.
    public var start: Ticks
    /// From the first byte of the request to the answer being handed to the kernel.
    public var duration = Interval.zero

    /// What the service has noted.
    public var key: UInt128?
    public var task: ExchangeNotes.Task?
    public var error: String?

    /// The same as the field `x-request-id` of the answer.
    public var requestID: String { RequestID.text(number) }

    /// A number for an exchange that is no client's request.
    public static func nextNumber() -> UInt64 { 1 << 63 | outboundCount.add(1, ordering: .relaxed).newValue }

    private static let outboundCount = Atomic<UInt64>(0)

    public init(_ origin: Origin, number: UInt64, method: String, target: String, start: Ticks) {
        self.origin = origin
        self.number = number
        self.method = method
        self.target = target
        self.start = start
    }

    /// The exchange that a request begins.
    init(of request: borrowing Request) {
        self.init(
            .request, number: request.number, method: request.methodName.text, target: request.target.text,
            start: request.arrival)
        userAgent = request.field("user-agent")?.text ?? ""
        host = request.authority.text
    }

    /// The exchange of a request whose head could not be read.
    init(unreadable number: UInt64, start: Ticks) {
        self.init(.request, number: number, method: "-", target: "-", start: start)
    }

    /// Adds what a service has noted.
    mutating func add(_ values: ExchangeNotes.Values) {
        if let key = values.key { self.key = key }
        if let task = values.task { self.task = task }
        if let error = values.error { self.error = error }
        if let kind = values.kind { self.kind = kind }
    }
}

/// An exchange that has not ended. Connections refer to it only where a layer wants exchanges.
package final class OpenExchange {
    package var exchange: Exchange
    /// Where the service notes what it knows.
    let notes: ExchangeNotes?

    init(_ exchange: Exchange, _ notes: ExchangeNotes?) { (self.exchange, self.notes) = (exchange, notes) }

    /// Adds to the exchange what has been noted so far.
    func addNotes() {
        if let notes { exchange.add(notes.values) }
    }
}
