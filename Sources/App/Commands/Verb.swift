/// The commands of the program.
enum Verb: String, CaseIterable, Sendable {
    case serve, expand, health, version, help

    /// Whether arguments other than flags are files.
    var takesFiles: Bool { self == .expand }

    var summary: String {
        switch self {
        case .serve: "start the server"
        case .expand: "fill the canvas around pictures, with the server's engine"
        case .health: "ask a running server whether it is healthy"
        case .version: "print the version"
        case .help: "print this, or help on a verb"
        }
    }
}
