import Tasks

/// Who asks, and how.
struct Caller: Sendable {
    let namespace: Namespace
    /// What stands before paths in addresses for this caller, such as `http://127.0.0.1:4880`.
    let base: String
    /// Whether tasks are only checked and priced.
    let isDryRun: Bool

    /// What tells this service's tasks from another's.
    static let service: StaticString = "runware"

    init(_ key: APIKey, base: String, isDryRun: Bool) {
        namespace = key.namespace(in: Caller.service)
        (self.base, self.isDryRun) = (base, isDryRun)
    }
}
