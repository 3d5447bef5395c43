import Bytes

/// UTF-8 that may also hold lone surrogates, each as three bytes (WTF-8).
///
/// Python decodes JSON so (`surrogatepass`), and a lone `\ud800` escape needs a representation. Each sequence of code
/// points has exactly one form, so equal text is equal bytes.
enum GeneralizedUTF8 {
    /// The code point at `start`: how many bytes it takes, and whether they are well-formed. If not, they are as many as
    /// a decoder replaces with one U+FFFD (Unicode, section 3.9: the longest start of a good sequence).
    static func sequence(in text: Span<UInt8>, at start: Int) -> (length: Int, isWellFormed: Bool) {
        let length: Int
        // The second byte alone can make a sequence overlong or reach beyond U+10FFFF (Unicode, table 3-7).
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch text[start] {
        case 0x00...0x7F: return (1, true)
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return (1, false)
        }
        guard start + 1 < text.count, second.contains(text[start + 1]) else { return (1, false) }
        var at = 2
        while at < length {
            guard start + at < text.count, text[start + at] & 0xC0 == 0x80 else { return (at, false) }
            at += 1
        }
        return (length, true)
    }

    /// Whether the well-formed code point at `start` is half of a surrogate pair.
    static func isSurrogate(in text: Span<UInt8>, at start: Int) -> Bool {
        text[start] == 0xED && text[start + 1] >= 0xA0
    }

    static func isWellFormed(_ text: Span<UInt8>, from start: Int) -> Bool {
        var at = start
        while true {
            at = text.endOfASCII(from: at)
            guard at < text.count else { return true }
            let (length, isWellFormed) = sequence(in: text, at: at)
            guard isWellFormed else { return false }
            at += length
        }
    }

    /// How many code points stand in a range of well-formed text: the bytes that do not continue one.
    static func countCodePoints(in text: Span<UInt8>, _ range: Range<Int>) -> Int {
        let part = text.extracting(range)
        var count = 0
        for i in part.indices where part[i] & 0xC0 != 0x80 { count &+= 1 }
        return count
    }
}

extension ByteBuffer {
    /// Appends the non-ASCII text at `start`, with U+FFFD for surrogates and ill-formed bytes. Returns where ASCII or the
    /// end begins, or where the buffer holds `limit` bytes.
    mutating func appendNonASCII(of text: Span<UInt8>, at start: Int, until limit: Int = .max) -> Int {
        var (goodStart, at) = (start, start)
        while at < text.count, text[at] >= 0x80, count + (at - goodStart) < limit {
            let (length, isWellFormed) = GeneralizedUTF8.sequence(in: text, at: at)
            if !isWellFormed || GeneralizedUTF8.isSurrogate(in: text, at: at) {
                append(text.extracting(goodStart..<at))
                append("\u{FFFD}" as StaticString)
                goodStart = at + length
            }
            at += length
        }
        append(text.extracting(goodStart..<at))
        return at
    }

    /// Appends a code point, half of a pair included, as three bytes.
    mutating func append(codePoint: UInt32) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: codePoint >> shift & 0x3F | 0x80) }
        switch codePoint {
        case 0..<0x80:
            append(UInt8(truncatingIfNeeded: codePoint))
        case 0x80..<0x800:
            append(UInt8(truncatingIfNeeded: codePoint >> 6 | 0xC0))
            append(tail(0))
        case 0x800..<0x10000:
            append(UInt8(truncatingIfNeeded: codePoint >> 12 | 0xE0))
            append(tail(6))
            append(tail(0))
        default:
            append(UInt8(truncatingIfNeeded: codePoint >> 18 | 0xF0))
            append(tail(12))
            append(tail(6))
            append(tail(0))
        }
    }
}
