/// Runs the server until it is told to stop, and returns the exit code.
///
/// The place where the rooms below are put together.
func serve(_ configuration: Configuration, log: Log, console: Console) -> Int32 {
    log.error("there is no server in this build yet")
    return ExitCode.failure
}
