import Bytes

/// A request and how it was answered, as far as logs care.
public struct Exchange: Sendable {
    /// A number that no other request of the process has.
    public internal(set) var number: UInt64
    public internal(set) var method: String
    /// The target as sent; it may carry secrets in its query.
    public internal(set) var target: String
    public internal(set) var userAgent: String
    public internal(set) var client: String
    public internal(set) var status = 0
    public internal(set) var bytesIn = 0
    public internal(set) var bytesOut = 0
    /// From the first byte of the request to the answer being handed to the kernel, in nanoseconds.
    public internal(set) var duration: Int64 = 0

    /// The same as the field `x-request-id` of the answer.
    public var requestID: String { RequestID.text(number) }

    init(of request: borrowing Request, client: String) {
        number = request.number
        method = request.methodName.text
        target = request.target.text
        userAgent = request.field("user-agent")?.text ?? ""
        self.client = client
    }

    /// A request whose head could not be read.
    init(unreadable number: UInt64, client: String) {
        self.number = number
        (method, target, userAgent) = ("-", "-", "")
        self.client = client
    }
}
