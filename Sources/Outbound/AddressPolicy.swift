/// Which addresses may be connected to. The policy is checked for every connection against the exact address passed to
/// the kernel, so DNS rebinding, redirects and unusual address notations cannot bypass it.
public struct AddressPolicy: Hashable, Sendable {
    /// Whether this machine and private networks may be reached. Link-local addresses, cloud metadata addresses,
    /// multicast and similar ranges are always refused.
    public var allowsPrivate: Bool

    public init(allowsPrivate: Bool = false) { self.allowsPrivate = allowsPrivate }

    func allows(_ kind: AddressKind) -> Bool {
        switch kind {
        case .global: true
        case .local: allowsPrivate
        case .forbidden: false
        }
    }
}
