/// Something asked for wrongly: one line that names it and says what would be right.
struct UsageError: Error, Equatable {
    let message: String

    init(_ message: String) {
        self.message = message
    }

    /// A name nobody knows, with the nearest one that somebody does.
    static func unknown(_ what: String, _ given: String, among names: [String], help: String) -> UsageError {
        let hint = nearest(to: given, among: names).map { "did you mean \($0)?" } ?? "see \(help)"
        return UsageError("unknown \(what) \(quoted(given)); \(hint)")
    }
}
