/// What the program can be asked to do.
enum Verb: String, CaseIterable, Sendable {
    case serve, expand, health, version, help

    /// Whether what stands beside the flags are files.
    var takesFiles: Bool { self == .expand }

    var summary: String {
        switch self {
        case .serve: "start the server"
        case .expand: "fill the canvas around pictures, with the server's own engine"
        case .health: "ask a running server how it is; exit 0 if well, 1 if not"
        case .version: "print the version"
        case .help: "print this, or the help of a verb"
        }
    }
}
