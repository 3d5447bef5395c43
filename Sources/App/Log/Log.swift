/// Writes what happens to a run, a line an event.
///
/// An event is a text of the program, never of a client; what clients sent goes into fields, which are escaped and cut.
/// Keys and images have no business here: no caller passes one.
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
