import Bytes

/// Walks the `name=value` pairs of a query, as sent.
public struct FormItems: ~Escapable {
    private let bytes: Span<UInt8>
    private var at = 0

    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// Where the next pair's name and value stand; empty pairs are skipped.
    public mutating func next() -> (name: Range<Int>, value: Range<Int>)? {
        while at < bytes.count {
            let start = at
            var equals: Int?
            while at < bytes.count, bytes[at] != UInt8(ascii: "&") {
                if equals == nil, bytes[at] == UInt8(ascii: "=") { equals = at }
                at &+= 1
            }
            let end = at
            at &+= 1
            if end > start {
                let split = equals ?? end
                return (start..<split, min(split &+ 1, end)..<end)
            }
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Whether a pair's name, as sent, is this one: names are decoded like values before they are compared.
    public func isName(_ name: StaticString) -> Bool {
        // Nearly all write it plainly.
        if equals(name) { return true }
        guard count > name.utf8CodeUnitCount else { return false }
        let decoded = percentDecoded(plusIsSpace: true)
        return decoded.bytes.equals(name)
    }
}
