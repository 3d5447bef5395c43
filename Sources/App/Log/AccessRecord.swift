import Time

/// The data of a request that the access log writes after its response.
struct AccessRecord: Sendable {
    var time: Timestamp
    var requestID: String
    /// The peer's address as reported by the kernel.
    var client: String
    var method: String
    /// The request target as sent. Secrets in it are redacted in the log line.
    var target: String
    var status: Int
    var bytesIn: Int
    var bytesOut: Int
    var duration: Interval
    var userAgent: String

    func line(_ format: LogFormat) -> LogLine {
        var line = LogLine(format)
        line.time(time)
        line.bare("client", client)
        line.bare("method", method)
        line.bare("path", Redaction.target(target))
        line.field("status", status)
        line.field("in", bytesIn)
        line.field("out", bytesOut)
        line.field("us", duration.microseconds)
        line.field("id", requestID)
        line.field("agent", userAgent)
        return line
    }
}
