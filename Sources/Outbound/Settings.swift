/// The settings of a client that apply to all peers.
public struct Settings: Hashable, Sendable {
    /// Which addresses may be connected to.
    public var policy = AddressPolicy()
    /// A PEM file of trusted certificates, replacing those of the system.
    public var authorities: String?
    /// Whether the certificates of https servers are verified.
    public var checksCertificates = true
    /// The value of the `User-Agent` header.
    public var userAgent = "outpaint"

    public init() {}
}
