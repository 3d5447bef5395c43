internal import Bytes

/// A caller's key, which also keeps one caller's things apart from another's. It never shows in text.
public struct APIKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// A key as a setting has it.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// A key as it was sent.
    public init(_ sent: Span<UInt8>) { bytes = sent.indices.map { sent[$0] } }

    public var description: String { "…" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// What belongs to whoever has this key, in one service.
    public func namespace(in service: StaticString) -> Namespace { Namespace(service: service, key: bytes.span) }

    /// Whether both are the same key, in a time that tells nothing about where they differ.
    public func matches(_ other: APIKey) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        var difference: UInt8 = 0
        for (mine, theirs) in zip(bytes, other.bytes) { difference |= mine ^ theirs }
        return difference == 0
    }
}
