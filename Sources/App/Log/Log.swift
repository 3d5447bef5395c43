/// Writes the events of a run, one per line.
///
/// An event name is a constant of the program. Data from clients goes only into fields, which are escaped and
/// truncated. Callers never pass API keys or images.
struct Log: Sendable {
    let level: LogLevel
    let format: LogFormat
    let sink: any Sink
    let now: @Sendable () -> Timestamp

    typealias Fields = KeyValuePairs<StaticString, LogValue>

    init(
        level: LogLevel = .info, format: LogFormat = .text, sink: any Sink,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.level = level
        self.format = format
        self.sink = sink
        self.now = now
    }

    func debug(_ event: StaticString, _ fields: @autoclosure () -> Fields = [:]) { write(.debug, event, fields) }
    func info(_ event: StaticString, _ fields: @autoclosure () -> Fields = [:]) { write(.info, event, fields) }
    func warn(_ event: StaticString, _ fields: @autoclosure () -> Fields = [:]) { write(.warn, event, fields) }
    func error(_ event: StaticString, _ fields: @autoclosure () -> Fields = [:]) { write(.error, event, fields) }

    private func write(_ level: LogLevel, _ event: StaticString, _ fields: () -> Fields) {
        guard level >= self.level else { return }
        var line = LogLine(format)
        line.time(now())
        line.bare("level", level.rawValue)
        line.word("event", event)
        for (name, value) in fields() { line.field(name, value) }
        line.write(to: sink)
    }
}
