public import HTTP

/// The contract's side of the service: it reads, checks and refuses requests, and hands the good ones on.
///
/// The checks come in the service's order: path and method, the whole body, its JSON, the key, then the fields.
public struct Service: Sendable {
    /// Takes a request that fits the schema.
    ///
    /// This is the place for what lies beyond the schema, in this order: base64 or address, image, placement, credits and
    /// active tasks. What is wrong there is refused as `.invalid` with ``Detail/value(_:_:_:limit:)``.
    public typealias Accept = @Sendable (OutpaintRequest, Caller) throws(ServiceError) -> Accepted

    /// Answers for the task of an id. There is a caller only if a key was sent.
    public typealias Result = @Sendable (_ id: String, borrowing Request, APIKey?) -> Response

    /// Answers with a caller's balance.
    public typealias Credits = @Sendable (Caller) throws(ServiceError) -> Response

    let settings: Settings
    let accept: Accept
    let result: Result
    let credits: Credits

    public init(
        _ settings: Settings = Settings(), accept: @escaping Accept, result: @escaping Result,
        credits: @escaping Credits
    ) {
        self.settings = settings
        self.accept = accept
        self.result = result
        self.credits = credits
    }
}
