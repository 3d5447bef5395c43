import Tasks

extension APIKey {
    /// What belongs to whoever has this key.
    var namespace: Namespace { Namespace(service: "bfl", key: bytes.span) }
}
