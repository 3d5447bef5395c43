/// How a client behaves towards everyone.
public struct Settings: Hashable, Sendable {
    /// Which addresses may be connected to.
    public var policy = AddressPolicy()
    /// A file of certificates to trust in place of the system's, in PEM.
    public var authorities: String?
    /// Whether the other side of https must prove who it is.
    public var checksCertificates = true
    /// What the client calls itself.
    public var userAgent = "outpaint"

    public init() {}
}
