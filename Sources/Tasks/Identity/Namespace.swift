internal import Bytes
internal import Crypto
public import Time

/// Separates the data of one caller in one service. It is a one-way hash of the API key, and never appears in text
/// output.
public struct Namespace: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    let high, low: UInt64
    let service: StaticString
    /// The ID of the caller's key, the same in all services.
    public let key: KeyID

    public init(service: StaticString, key: Span<UInt8>) {
        self.service = service
        self.key = KeyID(key)
        var hash = SHA256()
        var name = ByteBuffer()
        name.append(service)
        name.append(0)
        hash.update(name)
        hash.update(key)
        (high, low, _, _) = hash.finish().numbers
    }

    init(service: StaticString, high: UInt64, low: UInt64, key: KeyID) {
        (self.service, self.high, self.low, self.key) = (service, high, low, key)
    }

    /// An identifier for it that does not reveal the key.
    public var id: TaskID { TaskID(high, low) }

    /// Whether it belongs to this service.
    public func belongs(to service: StaticString) -> Bool { self.service.bytes.equals(service) }

    // The hash includes the service.
    public static func == (one: Namespace, other: Namespace) -> Bool { one.high == other.high && one.low == other.low }

    public func hash(into hasher: inout Hasher) { hasher.combine(low) }

    public var description: String { "…" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
