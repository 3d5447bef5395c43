import Bytes

extension Parser {
    /// Reads a string and adds its node. Without escapes it stays where it is in the text; with some, a copy with all of
    /// them resolved goes to `unescaped`.
    mutating func readString() throws(Failure) {
        let opening = at
        at += 1
        var node = Node(kind: .string)
        // What has been read from here on is plain and not copied yet.
        var plainStart = at
        let unescapedStart = unescaped.count
        while true {
            at = text.endOfPlainRun(from: at)
            guard at < text.count else { throw .syntax(.unterminatedString, at: opening) }
            switch text[at] {
            case UInt8(ascii: "\""):
                if node.isUnescaped {
                    unescaped.append(text.extracting(plainStart..<at))
                    node.place = UInt32(unescapedStart)
                    node.length = UInt32(unescaped.count - unescapedStart)
                } else {
                    node.place = UInt32(plainStart)
                    node.length = UInt32(at - plainStart)
                }
                at += 1
                nodes.append(node)
                return
            case UInt8(ascii: "\\"):
                unescaped.append(text.extracting(plainStart..<at))
                node.isUnescaped = true
                let character = try readEscape(ofStringAt: opening)
                if Surrogates.isSurrogate(character) { node.hasLoneSurrogate = true }
                unescaped.append(codePoint: character)
                plainStart = at
            case 0..<0x20:
                throw .syntax(.controlCharacter, at: at)
            default:
                if try skipNonASCII() { node.hasLoneSurrogate = true }
            }
        }
    }

    /// Skips characters beyond ASCII. Returns whether a lone surrogate was among them.
    private mutating func skipNonASCII() throws(Failure) -> Bool {
        var hasLoneSurrogate = false
        while at < text.count, text[at] >= 0x80 {
            let (length, isWellFormed) = GeneralizedUTF8.sequence(in: text, at: at)
            guard isWellFormed else { throw .undecodable }
            if GeneralizedUTF8.isSurrogate(in: text, at: at) { hasLoneSurrogate = true }
            at += length
        }
        return hasLoneSurrogate
    }

    /// Reads the escape at the backslash here.
    private mutating func readEscape(ofStringAt opening: Int) throws(Failure) -> UInt32 {
        let backslash = at
        at += 1
        guard at < text.count else { throw .syntax(.unterminatedString, at: opening) }
        let letter = text[at]
        if letter == UInt8(ascii: "u") { return try readUnicodeEscape() }
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(letter)
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        default: throw .syntax(.escape, at: backslash)
        }
    }

    /// Reads the escape whose `u` is here, and the next one if both are a surrogate pair.
    private mutating func readUnicodeEscape() throws(Failure) -> UInt32 {
        let unit = try readHexDigits()
        let end = at
        guard Surrogates.isHigh(unit), end + 1 < text.count,
            text[end] == UInt8(ascii: "\\"), text[end + 1] == UInt8(ascii: "u")
        else { return unit }
        at += 1
        // The second escape must be valid even if it is not the other half and is read again on its own.
        if let joined = Surrogates.join(unit, try readHexDigits()) { return joined }
        at = end
        return unit
    }

    /// Reads a `u` and its four hexadecimal digits. Python expects one more character after them, so an escape at the very
    /// end of the text is a broken escape, not an unterminated string.
    private mutating func readHexDigits() throws(Failure) -> UInt32 {
        let letter = at
        guard letter + 5 < text.count else { throw .syntax(.unicodeEscape, at: letter) }
        var unit: UInt32 = 0
        for i in letter + 1...letter + 4 {
            guard let digit = text[i].hexValue else { throw .syntax(.unicodeEscape, at: letter) }
            unit = unit << 4 | UInt32(digit)
        }
        at = letter + 5
        return unit
    }
}
