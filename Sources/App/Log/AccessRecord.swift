/// What is remembered of a request once its answer is out.
struct AccessRecord: Sendable {
    var time: Timestamp
    var requestID: String
    /// The address of the peer as the kernel knows it.
    var client: String
    var method: String
    /// The target of the request line as it was sent; what is secret in it stays out of the line.
    var target: String
    var status: Int
    var bytesIn: Int
    var bytesOut: Int
    var duration: Duration
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
