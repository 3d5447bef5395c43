/// A setting of an earlier version, and its replacement.
struct RemovedSetting: Sendable {
    let name: String
    let replacement: Replacement

    enum Replacement: Sendable {
        /// The value is now always this.
        case fixed(String)
        /// The name of the setting to use.
        case setting(String)
        /// Removed without replacement; the clause states why.
        case none(String)
    }

    init(_ name: String, _ replacement: Replacement) { (self.name, self.replacement) = (name, replacement) }

    var flag: String { "--\(name)" }
    var variable: String { settingVariable(name) }

    /// The advice to the user, with settings written by `spelling`.
    func advice(_ spelling: (String) -> String) -> String {
        let advice =
            switch replacement {
            case .fixed(let value): "it is fixed at \(value)"
            case .setting(let name): "use \(spelling(name))"
            case .none(let why): why
            }
        return "\(spelling(name)) is gone: \(advice)"
    }
}

extension Configuration {
    /// Removed settings of `serve`. Settings that became assumptions keep their names and are not listed.
    static let removed: [RemovedSetting] = [
        RemovedSetting("max-request-line", .fixed("8KiB")),
        RemovedSetting("max-header-bytes", .fixed("64KiB")),
        RemovedSetting("max-header-fields", .fixed("100")),
        RemovedSetting("max-json-values", .fixed("1000000")),
        RemovedSetting("max-websocket-message", .setting("max-body")),
        RemovedSetting("max-websocket-queue", .fixed("256MiB")),
        RemovedSetting("body-ease", .fixed("8MiB")),
        RemovedSetting("body-turn-timeout", .fixed("1s")),
        RemovedSetting("drain-limit", .fixed("1MiB")),
        RemovedSetting("linger-timeout", .fixed("2s")),
        RemovedSetting("submit-threads", .fixed("one per core")),
        RemovedSetting("max-keys", .fixed("100000")),
        RemovedSetting("max-tasks", .fixed("1000000")),
        RemovedSetting("result-memory", .setting("spool-memory")),
        RemovedSetting("reference-memory", .setting("spool-memory")),
        RemovedSetting("outbound-redirects", .fixed("3")),
        RemovedSetting("fetch-threads", .fixed("16")),
        RemovedSetting("fetch-queue", .fixed("256")),
        RemovedSetting("webhook-threads", .fixed("16")),
        RemovedSetting("webhook-queue", .none("every webhook and upload may wait")),
        RemovedSetting("bfl-progress", .none("polls show no progress")),
        RemovedSetting("bfl-error-limit", .fixed("100000")),
        RemovedSetting("bfl-refusal-limit", .fixed("16MiB")),
        RemovedSetting("runware-batch-limit", .fixed("1000")),
        RemovedSetting("runware-waiting-messages", .fixed("100")),
        RemovedSetting("runware-error-limit", .fixed("100")),
        RemovedSetting("runware-max-tasks", .fixed("100000")),
        RemovedSetting("runware-task-memory", .fixed("128MiB")),
        RemovedSetting("runware-upload-queue", .fixed("128MiB")),
        RemovedSetting("runware-media-memory", .fixed("4MiB")),
        RemovedSetting("runware-max-sessions", .fixed("100000")),
        RemovedSetting("runware-session-answers", .fixed("1000")),
        RemovedSetting("runware-session-memory", .fixed("64MiB")),
    ]
}
