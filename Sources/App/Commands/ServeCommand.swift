import Net
import System

/// Reads the settings, then either shows them or serves.
func serveCommand(
    _ arguments: [String], _ environment: [String: String], _ console: Console
) throws(UsageError) -> Int32 {
    let showsOnly = arguments.contains("--print-config")
    let reading = try Configuration.read(.serve, arguments.filter { $0 != "--print-config" }, environment)
    let logging = reading.values.log
    let log = Log(level: logging.level, format: logging.format, sink: console.errors)
    for (name, nearest) in Configuration.unknownVariables(environment) {
        if let nearest {
            log.warn("unknown variable in the environment", ["name": .text(name), "nearest": .text(nearest)])
        } else {
            log.warn("unknown variable in the environment", ["name": .text(name)])
        }
    }
    if showsOnly { return console.print(reading.table) }
    try reading.checkSpoolFolder(log)
    return serve(reading.values, log: log, console: console)
}

extension SettingsReader<Configuration>.Result {
    /// Refuses a folder that takes no files. The standard one was not asked for: without it what would go there stays in memory.
    func checkSpoolFolder(_ log: Log) throws(UsageError) {
        let (folder, origin) = (values.tasks.spoolFolder.text, origin("spool-folder"))
        do throws(Errno) {
            _ = try SharedFile(temporaryIn: folder)
        } catch {
            guard origin == .standard else {
                throw UsageError(
                    "\(origin.naming("--spool-folder")): no file can be made in \(quoted(folder)): \(error)")
            }
            log.warn(
                "no file can be made in the spool folder; all stays in memory",
                ["folder": .text(folder), "why": .text(error.description)])
        }
    }

    /// A line a setting: its flag, its value, where that came from.
    var table: String {
        let settings = Configuration.settings.filter { $0.verbs.contains(.serve) }.flatMap(\.settings)
        let rows = settings.map { ($0.flag, $0.show(values), origin($0.name).description) }
        let flagWidth = rows.map(\.0.count).max() ?? 0
        let valueWidth = rows.map { min($0.1.count, 40) }.max() ?? 0
        return rows.map { flag, value, origin in
            "\(padded(flag, flagWidth))  \(padded(value.isEmpty ? "-" : value, valueWidth))  \(origin)\n"
        }.joined()
    }
}
