import Net

/// Expands the canvas around pictures, with the engine of the server.
func expandCommand(
    _ arguments: [FilePath], _ environment: [String: String], _ console: Console
) throws(UsageError) -> Int32 {
    let reading = try Configuration.read(.expand, arguments.map(\.description), environment)
    let settings = reading.values.expand
    let paths = reading.operands.map { arguments[$0] }
    guard paths.count >= 2 else {
        throw UsageError("expand needs a picture and a file to make; see outpaint help expand")
    }
    let canvas = try ExpandCanvas(reading)
    let jobs = try ExpandJob.jobs(paths.dropLast(), paths[paths.count - 1], settings.format)
    if jobs.contains(where: { $0.output == .dash }), StandardStreams.outputIsSeen {
        throw UsageError("a terminal shows no picture: send standard output to a file or a program, or name a file")
    }
    for (name, nearest) in Configuration.unknownVariables(environment) {
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        console.errors.write("outpaint: no setting is called \(quoted(name)) in the environment\(hint)\n")
    }
    // A terminal that cannot move the cursor back would print a line for each step.
    let movesBack = !["", "dumb"].contains(environment["TERM"] ?? "")
    let bar = ProgressBar(of: jobs.count, on: console.errors, isSeen: movesBack && StandardStreams.errorsAreSeen)
    return Expansion(reading.values, canvas: canvas, bar).run(jobs) ? ExitCode.success : ExitCode.failure
}
