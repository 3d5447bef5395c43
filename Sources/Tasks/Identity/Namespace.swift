internal import Bytes
internal import Crypto

/// What belongs to one caller of one service. It is made of the caller's key, which cannot be had from it, and never shows
/// in text.
public struct Namespace: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    let high, low: UInt64
    private let service: StaticString

    public init(service: StaticString, key: Span<UInt8>) {
        self.service = service
        var hash = SHA256()
        var name = ByteBuffer()
        name.append(service)
        name.append(0)
        hash.update(name)
        hash.update(key)
        (high, low, _, _) = hash.finish().numbers
    }

    /// A name for it that tells nothing about the key.
    public var id: TaskID { TaskID(high, low) }

    /// Whether it is of this service.
    public func belongs(to service: StaticString) -> Bool { self.service.bytes.equals(service) }

    // The service is part of what the numbers are made of.
    public static func == (one: Namespace, other: Namespace) -> Bool { one.high == other.high && one.low == other.low }

    public func hash(into hasher: inout Hasher) { hasher.combine(low) }

    public var description: String { "…" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
