/// Prints the version, and the commit it was built from where the build named one.
func printVersion(_ arguments: [String], commit: String, _ console: Console) throws(UsageError) -> Int32 {
    if let extra = arguments.first { throw UsageError("unexpected argument \(quoted(extra))") }
    return console.print("outpaint \(version)" + (commit.isEmpty ? "" : " (\(commit))") + "\n")
}
