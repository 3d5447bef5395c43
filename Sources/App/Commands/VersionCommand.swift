/// Prints what this is and which version of it.
func printVersion(_ arguments: [String], _ console: Console) throws(UsageError) -> Int32 {
    if let extra = arguments.first { throw UsageError("unexpected argument \(quoted(extra))") }
    return console.print("outpaint \(version)\n")
}
