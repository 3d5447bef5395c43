public import Time

/// One transfer that has ended.
public struct TransferReport: Sendable {
    public enum Kind: Sendable { case fetch, webhook, upload }

    public let kind: Kind
    public let method: String
    /// The URL that was asked for. Its query may carry secrets.
    public let url: String
    /// What a message is about.
    public let subject: String?
    public let bytesSent: Int
    public let bytesReceived: Int
    /// The status of success, or why the transfer failed.
    public let outcome: Result<Int, OutboundError>
    public let start: Ticks
    public let duration: Interval

    public init(
        kind: Kind, method: String, url: String, subject: String?, bytesSent: Int, bytesReceived: Int,
        outcome: Result<Int, OutboundError>, start: Ticks, duration: Interval
    ) {
        (self.kind, self.method, self.url, self.subject) = (kind, method, url, subject)
        (self.bytesSent, self.bytesReceived, self.outcome) = (bytesSent, bytesReceived, outcome)
        (self.start, self.duration) = (start, duration)
    }

    /// The status that the other side answered, or 0 if it did not.
    public var status: Int {
        switch outcome {
        case .success(let status), .failure(.status(let status)): status
        case .failure: 0
        }
    }
}

extension TransferReport.Kind {
    init(_ kind: Message.Kind) {
        switch kind {
        case .webhook: self = .webhook
        case .upload: self = .upload
        }
    }
}
