public import Tasks

/// The key that sent a request, and the URL at which it reaches the service.
public struct Caller: Sendable {
    public let key: APIKey
    /// The base URL for this caller's links, such as `http://127.0.0.1:4880`.
    public let base: String

    public init(key: APIKey, base: String) {
        self.key = key
        self.base = base
    }

    /// The namespace of the caller's tasks.
    var namespace: Namespace { key.namespace(in: Service.name) }
}
