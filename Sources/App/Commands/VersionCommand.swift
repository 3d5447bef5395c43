/// Prints the version, and the commit if the build provided one.
func printVersion(_ arguments: [String], commit: String, _ console: Console) throws(UsageError) -> Int32 {
    if let extra = arguments.first { throw UsageError("unexpected argument \(quoted(extra))") }
    return console.print("outpaint \(version)" + (commit.isEmpty ? "" : " (\(commit))") + "\n")
}
