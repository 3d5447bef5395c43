internal import Bytes
internal import Crypto
public import Time

/// A caller's API key, which isolates its data from that of other callers. It never appears in text output.
public struct APIKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// A key from a setting.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The key of what the client sent.
    public init(_ sent: Span<UInt8>) {
        let name = sent.keyName
        bytes = name.indices.map { name[$0] }
    }

    /// The key of a text that a client would send.
    public static func name(of text: String) -> Substring { text.prefix { $0 != ";" } }

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
    /// The ID of the key of what the client sent.
    public init(_ sent: Span<UInt8>) {
        let (high, low, _, _) = SHA256.digest(sent.keyName).numbers
        self.init(UInt128(high) << 64 | UInt128(low))
    }
}

extension Span where Element == UInt8 {
    /// The key of what the client sent. Behind a semicolon it may say what is to happen to its requests.
    public var keyName: Span<UInt8> {
        @_lifetime(copy self)
        get {
            var end = 0
            while end < count, self[end] != UInt8(ascii: ";") { end += 1 }
            return extracting(..<end)
        }
    }

    /// What the client sent behind its key; `nil` without a semicolon.
    public var keySteering: Span<UInt8>? {
        @_lifetime(copy self)
        get {
            let name = keyName
            return name.count < count ? extracting((name.count + 1)...) : nil
        }
    }
}
