/// Which addresses may be connected to. Asked for every connection with the very address that the kernel is about to be
/// given, so that neither a name that resolves otherwise a moment later, nor a redirect, nor a way of writing an address gets
/// round it.
public struct AddressPolicy: Hashable, Sendable {
    /// Whether this machine and private networks may be reached. Link-local addresses, those where clouds hand out credentials,
    /// multicast and the like never may.
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
