import Tasks

/// The sender of a request or a message, and its options.
struct Caller: Sendable {
    let namespace: Namespace
    /// The base URL for this caller's links, such as `http://127.0.0.1:4880`.
    let base: String
    /// Whether tasks are only validated and priced.
    let isDryRun: Bool

    init(_ key: APIKey, base: String, isDryRun: Bool) {
        namespace = key.namespace(in: Service.name)
        (self.base, self.isDryRun) = (base, isDryRun)
    }
}
