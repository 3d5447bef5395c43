import Bytes

/// Text that is read as an integer the way pydantic does: white space around it, a sign, leading zeros, single underscores
/// between digits and zeros after a point are accepted, and odd mixtures as pydantic's steps accept them.
struct IntegerText: ~Escapable {
    private let text: Span<UInt8>
    /// What is left to be read.
    private var start: Int
    private var end: Int

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) {
        self.text = text
        start = 0
        end = text.count
    }

    /// The nearest integer of 64 bits.
    consuming func value() throws(Mismatch) -> Int {
        // pydantic first tries a plain JSON integer, and too many digits end that attempt, whatever follows them.
        if startsWithTooManyDigits { throw .oversizedInteger }
        trimWhiteSpace()
        if first == UInt8(ascii: "+") {
            start += 1
            if first == UInt8(ascii: "-") { throw .unreadableInteger }
        }
        var isNegative = false
        if first == UInt8(ascii: "-") {
            isNegative = true
            start += 1
        }
        try skipLeadingZeros()
        cutZeroFraction()
        // A second sign, after skipped zeros, is accepted if there was none before.
        let hadSign = isNegative
        if first == UInt8(ascii: "-") {
            guard !hadSign else { throw .unreadableInteger }
            isNegative = true
            start += 1
        }
        return try digits(isNegative, mayStartWithUnderscore: isNegative && !hadSign)
    }

    /// Python's own limit (`sys.int_info.default_max_str_digits`).
    private static var mostDigits: Int { 4300 }

    private var startsWithTooManyDigits: Bool {
        var at = first == UInt8(ascii: "-") ? 1 : 0
        guard text.count - at > Self.mostDigits, isNonZeroDigit(text[at]) else { return false }
        let enough = at + Self.mostDigits
        while at < enough, text[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        return at == enough && text[at] &- UInt8(ascii: "0") < 10
    }

    private var first: UInt8? { start < end ? text[start] : nil }

    /// Skips zeros and underscores among them, but keeps the last character, and the one before a point.
    private mutating func skipLeadingZeros() throws(Mismatch) {
        guard let first else { throw .unreadableInteger }
        guard first == UInt8(ascii: "0") else {
            guard isNonZeroDigit(first) || first == UInt8(ascii: "-") else { throw .unreadableInteger }
            return
        }
        while let next = self.first, next == UInt8(ascii: "0") || next == UInt8(ascii: "_") { start += 1 }
        guard let next = self.first else {
            start -= 1
            return
        }
        if next == UInt8(ascii: ".") {
            start -= 1
        } else if !isNonZeroDigit(next), next != UInt8(ascii: "-") {
            throw .unreadableInteger
        }
    }

    /// Cuts off a point that nothing but zeros follow, one at least.
    private mutating func cutZeroFraction() {
        var point = end
        while point > start, text[point - 1] == UInt8(ascii: "0") { point -= 1 }
        if point < end, point > start, text[point - 1] == UInt8(ascii: ".") { end = point - 1 }
    }

    private func digits(_ isNegative: Bool, mayStartWithUnderscore: Bool) throws(Mismatch) -> Int {
        var value = 0
        var count = 0
        var fits = true
        var isAfterUnderscore = !mayStartWithUnderscore
        for at in start..<end {
            if text[at] == UInt8(ascii: "_") {
                guard !isAfterUnderscore else { throw .unreadableInteger }
                isAfterUnderscore = true
                continue
            }
            let digit = text[at] &- UInt8(ascii: "0")
            // A leading zero is accepted only alone.
            guard digit < 10, count == 0 || value != 0 || !fits else { throw .unreadableInteger }
            isAfterUnderscore = false
            count += 1
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (next, tooFar) =
                isNegative
                ? tens.subtractingReportingOverflow(Int(digit)) : tens.addingReportingOverflow(Int(digit))
            if tooLarge || tooFar { fits = false }
            if fits { value = next }
        }
        guard count > 0, count <= Self.mostDigits, !isAfterUnderscore else { throw .unreadableInteger }
        return fits ? value : isNegative ? .min : .max
    }

    private func isNonZeroDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "1") < 9 }

    // MARK: - White space

    private mutating func trimWhiteSpace() {
        while let length = whiteSpace(at: start) { start += length }
        while end > start {
            // Each character of white space has one, two or three bytes.
            let length = (1...3).first { end - $0 >= start && whiteSpace(at: end - $0) == $0 }
            guard let length else { return }
            end -= length
        }
    }

    /// How many bytes a character of Unicode's White_Space takes that stands here; `nil` for any other.
    private func whiteSpace(at place: Int) -> Int? {
        guard place < end else { return nil }
        let second = place + 1 < end ? text[place + 1] : 0
        let third = place + 2 < end ? text[place + 2] : 0
        return switch (text[place], second, third) {
        case (0x09...0x0D, _, _), (0x20, _, _): 1
        case (0xC2, 0x85, _), (0xC2, 0xA0, _): 2
        case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8...0xA9), (0xE2, 0x80, 0xAF),
            (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
            3
        default: nil
        }
    }
}
