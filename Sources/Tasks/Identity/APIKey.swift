internal import Bytes
internal import Crypto
public import Time

/// A caller's API key, which isolates its data from that of other callers. It never appears in text output.
public struct APIKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// A key from a setting.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// A key as the client sent it.
    public init(_ sent: Span<UInt8>) { bytes = sent.indices.map { sent[$0] } }

    public var description: String { "…" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The namespace of this key in one service.
    public func namespace(in service: StaticString) -> Namespace { Namespace(service: service, key: bytes.span) }

    /// The ID of this key, the same in all services.
    public var id: KeyID { KeyID(bytes.span) }

    /// Compares two keys in constant time, so timing does not reveal where they differ.
    public func matches(_ other: APIKey) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        var difference: UInt8 = 0
        for (mine, theirs) in zip(bytes, other.bytes) { difference |= mine ^ theirs }
        return difference == 0
    }
}

extension KeyID {
    /// The ID of a key as the client sent it.
    public init(_ sent: Span<UInt8>) {
        let (high, low, _, _) = SHA256.digest(sent).numbers
        self.init(UInt128(high) << 64 | UInt128(low))
    }
}
