public import Tasks

/// Who asks, and how the caller reaches the service.
public struct Caller: Sendable {
    public let key: APIKey
    /// What stands before paths in addresses for this caller, such as `http://127.0.0.1:4880`.
    public let base: String

    public init(key: APIKey, base: String) {
        self.key = key
        self.base = base
    }

    /// What belongs to the caller.
    var namespace: Namespace { key.namespace(in: Service.name) }
}
