import Bytes

extension ByteBuffer {
    /// Appends a JSON string of `text` with no escapes but those JSON demands, as Python's `json.dumps` writes it when
    /// told not to escape beyond ASCII.
    ///
    /// Once the buffer holds `limit` bytes the string ends, after a whole character.
    mutating func append(quoted text: Span<UInt8>, until limit: Int = .max) {
        reserveExtra(min(text.count, max(0, limit - count)) + 2)
        append(UInt8(ascii: "\""))
        var at = 0
        while at < text.count, count < limit {
            let end = text.endOfPlainRun(from: at)
            append(text.extracting(at..<end).extracting(first: limit - count))
            guard end < text.count, count < limit else { break }
            if text[end] < 0x80 {
                append(escapeOf: text[end])
                at = end + 1
            } else {
                at = appendNonASCII(of: text, at: end, until: limit)
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(escapeOf byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        default:
            append(byte < 0x10 ? "u000" as StaticString : "u001")
            let digit = byte & 0x0F
            append(digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a"))
        }
    }
}
