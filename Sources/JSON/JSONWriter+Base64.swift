import Bytes

// Strings of base64, written where they are to stand: what is megabytes long is never copied.

extension JSONWriter {
    /// Begins a string of `prefix` and the base64 of `count` bytes, for which room is made at once.
    public mutating func beginBase64(after prefix: StaticString = "", of count: Int) {
        beginValue()
        buffer.reserveExtra(prefix.utf8CodeUnitCount + Base64.encodedCount(count) + 64)
        buffer.append(UInt8(ascii: "\""))
        buffer.append(prefix)
    }

    /// Goes on with such a string. All parts but the last are of a multiple of three bytes.
    public mutating func base64Part(_ bytes: Span<UInt8>) { Base64.encode(bytes, into: &buffer) }

    public mutating func endBase64() { buffer.append(UInt8(ascii: "\"")) }
}
