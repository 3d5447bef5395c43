import Bytes

/// A mistake on the command line or in the settings: one line that names it and states what is expected.
struct UsageError: Error, Equatable {
    let message: String

    init(_ message: String) {
        self.message = message
    }

    /// An unknown name, with the most similar known one.
    static func unknown(_ what: String, _ given: String, among names: [String], help: String) -> UsageError {
        let hint = nearest(to: given, among: names).map { "did you mean \($0)?" } ?? "see \(help)"
        return UsageError("unknown \(what) \(quoted(given)); \(hint)")
    }
}
