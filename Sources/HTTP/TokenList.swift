import Bytes

/// Walks a comma-separated list of tokens. RFC 9110, 5.6.1.
struct TokenList: ~Escapable {
    private let bytes: Span<UInt8>
    private var at = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// The next element that is not empty, without the blanks around it.
    mutating func nextOrNothing() -> Range<Int>? {
        while at < bytes.count {
            var start = at
            while at < bytes.count, bytes[at] != UInt8(ascii: ",") { at &+= 1 }
            var end = at
            at &+= 1
            while start < end, bytes[start].isBlank { start &+= 1 }
            while end > start, bytes[end &- 1].isBlank { end &-= 1 }
            if end > start { return start..<end }
        }
        return nil
    }

    /// The same, for lists that must be made of tokens and nothing else.
    mutating func next<E: Error>(orThrow error: E) throws(E) -> Range<Int>? {
        guard let range = nextOrNothing() else { return nil }
        guard bytes.extracting(range).isToken else { throw error }
        return range
    }
}
