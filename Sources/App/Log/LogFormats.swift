/// How severe a line is, the least severe first.
enum LogLevel: String, CaseIterable, Sendable, Comparable {
    case debug, info, warn, error

    static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warn: 2
        case .error: 3
        }
    }
}

/// Lines for people or lines for programs.
enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}

/// Whether requests are written down, and in which form.
enum AccessFormat: String, CaseIterable, Sendable {
    case off, text, json
}
