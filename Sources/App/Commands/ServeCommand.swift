import Net
import System

/// Reads the settings, then prints them or runs the server.
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
    if showsOnly { return console.print(logging.format == .json ? reading.json : reading.table) }
    try reading.checkSpoolFolder(log)
    let rules = try Scenarios.rules(in: reading.values.steering.scenarios)
    return serve(reading.values, rules, log: log, console: console)
}

extension SettingsReader<Configuration>.Result {
    /// Refuses a folder in which no file can be created. The default folder only causes a warning, since the data can
    /// stay in memory.
    func checkSpoolFolder(_ log: Log) throws(UsageError) {
        let (folder, origin) = (values.tasks.spoolFolder, origin("spool-folder"))
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
}
