extension Service {
    /// The host names of the real service.
    public static let hosts: [StaticString] = [
        "api.bfl.ai", "api.eu.bfl.ai", "api.us.bfl.ai", "api.us1.bfl.ai", "api.bfl.ml", "delivery.*.bfl.ai",
    ]
}
