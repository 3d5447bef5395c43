import Time

/// Announces once that the server is ready, with its addresses.
///
/// In text `outpaint ready http=127.0.0.1:4880 ms=3.1`, with an entry for each listener; in JSON one object with the
/// same content.
func writeReadyLine(
    _ listeners: [ListenAddress], after elapsed: Interval, format: LogFormat, to sink: any Sink
) {
    var web: [String] = []
    var local: [String] = []
    for listener in listeners {
        switch listener {
        case .tcp: web.append(listener.description)
        case .unix(let path): local.append(path)
        }
    }
    var line = LogLine(format)
    switch format {
    case .text:
        line.word("program", "outpaint ready")
        line.field("http", .list(web))
        line.field("unix", .list(local))
        line.field("ms", .milliseconds(elapsed))
    case .json:
        line.word("event", "ready")
        // Most scripts need only the first listener of each kind; `listen` has them all.
        if let first = web.first { line.field("http", first) }
        if let first = local.first { line.field("unix", first) }
        line.field("ms", .milliseconds(elapsed))
        line.field("listen", .list(listeners.map(\.description)))
        line.field("version", version)
    }
    line.write(to: sink)
}
