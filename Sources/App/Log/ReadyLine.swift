/// Tells whoever waits for the server, once, where it answers.
///
/// In text `outpaint ready http=127.0.0.1:4880 ms=3.1`, with an entry for each listener; in JSON one object with the same.
func writeReadyLine(
    _ listeners: [ListenAddress], after elapsed: Duration, format: LogFormat, to sink: any Sink
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
        // The first of each kind alone is what most scripts want; `listen` has them all.
        if let first = web.first { line.field("http", first) }
        if let first = local.first { line.field("unix", first) }
        line.field("ms", .milliseconds(elapsed))
        line.field("listen", .list(listeners.map(\.description)))
        line.field("version", version)
    }
    line.write(to: sink)
}
