import Bytes
import Time

/// Reads a steering text from left to right.
struct TextScanner {
    private let bytes: [UInt8]
    private(set) var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { at >= bytes.count }

    /// The next byte; 0 at the end.
    var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

    mutating func skipSpaces() { while next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { at += 1 } }

    /// Skips spaces, and a byte if it is next.
    mutating func takes(_ byte: UInt8) -> Bool {
        skipSpaces()
        guard next == byte, !isAtEnd else { return false }
        at += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(TextError) {
        if !takes(byte) { throw error("'\(Character(Unicode.Scalar(byte)))'") }
    }

    /// Letters and dashes, in lower case; empty if there are none.
    mutating func word() -> String {
        skipSpaces()
        let start = at
        while isLetter(next) || at > start && (next == UInt8(ascii: "-") || next == UInt8(ascii: "_")) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self).lowercased()
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    /// Up to three words that name one of `names` together, joined by dashes; the longest such name.
    mutating func name(among names: [String], _ expected: String) throws(TextError) -> String {
        skipSpaces()
        let start = at
        var known: (name: String, end: Int)?
        var words: [String] = []
        for _ in 0..<3 {
            let word = word().split(separator: "_").joined(separator: "-")
            if word.isEmpty { break }
            words.append(word)
            let joined = words.joined(separator: "-")
            if names.contains(joined) { known = (joined, at) }
        }
        if let known {
            at = known.end
            return known.name
        }
        at = start
        throw error(
            expected,
            nearest(to: words.joined(separator: "-"), among: names)
                ?? words.first.flatMap {
                    nearest(to: $0, among: names)
                })
    }

    /// A whole number in a range.
    mutating func number(_ range: ClosedRange<Int>, _ expected: String) throws(TextError) -> Int {
        skipSpaces()
        let start = at
        while UInt8(ascii: "0") <= next, next <= UInt8(ascii: "9") { at += 1 }
        if let value = Int(String(decoding: bytes[start..<at], as: UTF8.self)), range.contains(value) { return value }
        at = start
        throw error("\(expected) from \(range.lowerBound) to \(range.upperBound)")
    }

    /// A number with an optional fraction.
    mutating func fraction(_ range: ClosedRange<Double>, _ expected: String) throws(TextError) -> Double {
        skipSpaces()
        let start = at
        while UInt8(ascii: "0") <= next && next <= UInt8(ascii: "9") || next == UInt8(ascii: ".") { at += 1 }
        // Very small numbers are written as 1e-05.
        if at > start, next | 0x20 == UInt8(ascii: "e") {
            at += 1
            if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { at += 1 }
            while UInt8(ascii: "0") <= next && next <= UInt8(ascii: "9") { at += 1 }
        }
        if let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)), range.contains(value) {
            return value
        }
        at = start
        throw error("\(expected) from \(range.lowerBound) to \(range.upperBound)")
    }

    /// A duration such as `4s`, `250ms` or `1m30s`.
    mutating func duration() throws(TextError) -> Interval {
        skipSpaces()
        let start = at
        while UInt8(ascii: "0") <= next && next <= UInt8(ascii: "9") || isLetter(next) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if let interval = Interval(text), interval <= TextScanner.longestDuration { return interval }
        at = start
        throw error("a duration up to \(TextScanner.longestDuration), such as 4s, 250ms or 2m")
    }

    /// Longer than any test waits, and short enough that sums never overflow.
    static let longestDuration = Interval.hours(24 * 366)

    /// A number of bytes, such as `500`, `64KiB` or `1MB`.
    mutating func size() throws(TextError) -> Int {
        skipSpaces()
        let start = at
        while UInt8(ascii: "0") <= next && next <= UInt8(ascii: "9") { at += 1 }
        let number = Int(String(decoding: bytes[start..<at], as: UTF8.self))
        let units = [
            "": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "kb": 1000, "m": 1 << 20, "mib": 1 << 20, "mb": 1_000_000,
        ]
        let unitStart = at
        while isLetter(next) { at += 1 }
        let unit = String(decoding: bytes[unitStart..<at], as: UTF8.self).lowercased()
        if let number, let factor = units[unit], number <= TextScanner.largestSize / factor { return number * factor }
        at = start
        throw error("a size up to 1024MiB, such as 500, 64KiB or 1MB")
    }

    static let largestSize = 1 << 30

    /// Text in double quotes, with `\"` and `\\` for the two.
    mutating func quoted() throws(TextError) -> String {
        try expect(UInt8(ascii: "\""))
        var text: [UInt8] = []
        while next != UInt8(ascii: "\"") {
            if isAtEnd { throw error("'\"'") }
            if next == UInt8(ascii: "\\"), at + 1 < bytes.count { at += 1 }
            text.append(next)
            at += 1
        }
        at += 1
        return try checked(text)
    }

    /// Text in quotes, or up to one of `ends` without spaces around it.
    mutating func text(until ends: [UInt8]) throws(TextError) -> String {
        skipSpaces()
        if next == UInt8(ascii: "\"") { return try quoted() }
        let start = at
        while !isAtEnd, !ends.contains(next) { at += 1 }
        var end = at
        while end > start, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
        return try checked(Array(bytes[start..<end]))
    }

    /// The text between parentheses that belong together.
    mutating func balanced() throws(TextError) -> String {
        try expect(UInt8(ascii: "("))
        let start = at
        var depth = 1
        while depth > 0 {
            if isAtEnd { throw error("')'") }
            if next == UInt8(ascii: "(") { depth += 1 }
            if next == UInt8(ascii: ")") { depth -= 1 }
            at += 1
        }
        return String(decoding: bytes[start..<at - 1], as: UTF8.self)
    }

    /// A text that a header field can carry.
    func word(of text: String) throws(TextError) -> String {
        guard !text.isEmpty, text.utf8.count <= 100, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw error("printable ASCII without spaces")
        }
        return text
    }

    private func checked(_ text: [UInt8]) throws(TextError) -> String {
        guard text.count <= TextScanner.longestText else {
            throw error("a text of at most \(TextScanner.longestText) bytes")
        }
        return String(decoding: text, as: UTF8.self)
    }

    static let longestText = 500

    /// The error at the current place.
    func error(_ expected: String, _ suggestion: String? = nil) -> TextError {
        let rest = String(decoding: bytes[min(at, bytes.count)...].prefix(40), as: UTF8.self)
        var found = String(rest.prefix { $0 != "," && $0 != ";" && $0 != "]" })
        if found.isEmpty { found = String(rest.prefix(1)) }
        let position = String(decoding: bytes[..<min(at, bytes.count)], as: UTF8.self).unicodeScalars.count
        return TextError(at: position, expected: expected, found: found, suggestion: suggestion)
    }
}
