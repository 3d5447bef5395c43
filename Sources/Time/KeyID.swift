/// Identifies an API key without revealing it. Each key may have its own timeline.
public struct KeyID: Hashable, Sendable {
    public let value: UInt128

    public init(_ value: UInt128) { self.value = value }

    // The value is already part of a hash, so it needs no further mixing.
    public func hash(into hasher: inout Hasher) { hasher.combine(UInt64(truncatingIfNeeded: value)) }
}
