/// Names an API key without telling it. Each key may have a timeline of its own.
public struct KeyID: Hashable, Sendable {
    public let value: UInt128

    public init(_ value: UInt128) { self.value = value }

    // The number is taken from a hash, and is as good as any other.
    public func hash(into hasher: inout Hasher) { hasher.combine(UInt64(truncatingIfNeeded: value)) }
}
