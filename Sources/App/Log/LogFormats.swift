/// The severity of a line, in ascending order.
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

/// The format of log lines: readable text, or JSON for programs.
enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}

/// Whether requests are logged, and in which format.
enum AccessFormat: String, CaseIterable, Sendable {
    case off, text, json
}
