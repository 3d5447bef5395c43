public import Bytes

/// Writes compact JSON to the end of a buffer. The writer places commas; the caller orders the calls.
///
/// The output is valid UTF-8 for any input, and escapes only what JSON demands.
public struct JSONWriter: ~Copyable {
    /// What has been written, after what the buffer held before.
    public internal(set) var buffer: ByteBuffer
    /// Whether a comma must precede the next value or member.
    private var needsComma = false

    public init(appendingTo buffer: consuming ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    /// Ends the writing and returns the buffer.
    public consuming func finish() -> ByteBuffer {
        buffer
    }

    // MARK: - Containers

    public mutating func beginObject() { begin(UInt8(ascii: "{")) }
    public mutating func endObject() { end(UInt8(ascii: "}")) }
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes an object whose members `body` writes, each as a key and a value.
    public mutating func object<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        beginObject()
        try body(&self)
        endObject()
    }

    /// Writes an array whose elements `body` writes.
    public mutating func array<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        beginArray()
        try body(&self)
        endArray()
    }

    /// Writes a constant key, which must need no escapes.
    @inline(__always)
    public mutating func key(_ key: StaticString) {
        beginValue()
        buffer.append(UInt8(ascii: "\""))
        buffer.append(key)
        buffer.append("\":" as StaticString)
        needsComma = false
    }

    @_disfavoredOverload
    public mutating func key(_ key: String) {
        string(key)
        endKey()
    }

    /// Writes a key of these bytes; see ``string(_:until:)``.
    public mutating func key(_ key: Span<UInt8>, until limit: Int = .max) {
        string(key, until: limit)
        endKey()
    }

    // MARK: - Values

    public mutating func string(_ text: StaticString) {
        string(text.bytes)
    }

    @_disfavoredOverload
    public mutating func string(_ text: String) {
        string(text.utf8.span)
    }

    /// Writes a string of these bytes. U+FFFD stands for what is not UTF-8, one for each half of a surrogate pair. Once the
    /// buffer holds `limit` bytes the string ends, after a whole character.
    public mutating func string(_ text: Span<UInt8>, until limit: Int = .max) {
        beginValue()
        buffer.append(quoted: text, until: limit)
    }

    /// Writes a string that `body` appends, which must need no escapes.
    @inline(__always)
    public mutating func plain(_ body: (inout ByteBuffer) -> Void) {
        beginValue()
        buffer.append(UInt8(ascii: "\""))
        body(&buffer)
        buffer.append(UInt8(ascii: "\""))
    }

    public mutating func integer(_ value: Int) {
        beginValue()
        buffer.append(decimal: value)
    }

    /// Writes a number in the shortest form that reads back as the same; `null` for NaN and infinities.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        beginValue()
        buffer.append(shortest: value)
    }

    public mutating func bool(_ value: Bool) {
        beginValue()
        buffer.append(value ? "true" as StaticString : "false")
    }

    public mutating func null() {
        beginValue()
        buffer.append("null" as StaticString)
    }

    /// Writes a value that is JSON already.
    public mutating func verbatim(_ json: Span<UInt8>) {
        beginValue()
        buffer.append(json)
    }

    /// Writes a value that is JSON as `body` appends it.
    @inline(__always)
    public mutating func verbatim(_ body: (inout ByteBuffer) -> Void) {
        beginValue()
        body(&buffer)
    }

    // MARK: - Punctuation

    mutating func beginValue() {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func endKey() {
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func begin(_ bracket: UInt8) {
        beginValue()
        buffer.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        buffer.append(bracket)
        needsComma = true
    }
}
