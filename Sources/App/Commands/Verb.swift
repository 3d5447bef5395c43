/// What the program can be asked to do.
enum Verb: String, CaseIterable, Sendable {
    case serve, health, version, help

    var summary: String {
        switch self {
        case .serve: "start the server"
        case .health: "ask a running server how it is; exit 0 if well, 1 if not"
        case .version: "print the version"
        case .help: "print this, or the help of a verb"
        }
    }
}
