extension Service {
    /// The host names of the real service.
    public static let hosts: [StaticString] = ["api.runware.ai", "ws-api.runware.ai", "im.runware.ai"]
}
