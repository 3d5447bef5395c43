/// Checks text that arrives in pieces for UTF-8 (RFC 3629), and fails at the first byte that no text can have there.
public struct UTF8Validator: Sendable {
    /// How many bytes the character that has begun still needs, and what the next of them may be. The range is narrower
    /// than 80 to BF behind a first byte that could spell a character in too many bytes, a surrogate, or one past U+10FFFF.
    private var missing = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    public init() {}

    /// Whether the text so far ends with a whole character.
    public var isComplete: Bool { missing == 0 }

    /// Takes a piece; false if the text cannot be UTF-8 any more.
    public mutating func accept(_ piece: Span<UInt8>) -> Bool {
        var at = 0
        while at < piece.count {
            if missing == 0 {
                at = piece.endOfASCII(from: at)
                guard at < piece.count else { break }
                guard begin(piece[at]) else { return false }
            } else {
                guard lowest...highest ~= piece[at] else { return false }
                (missing, lowest, highest) = (missing &- 1, 0x80, 0xBF)
            }
            at &+= 1
        }
        return true
    }

    /// Takes the first byte of a character of several bytes (RFC 3629, 4).
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: (missing, lowest, highest) = (1, 0x80, 0xBF)
        case 0xE0: (missing, lowest, highest) = (2, 0xA0, 0xBF)
        case 0xED: (missing, lowest, highest) = (2, 0x80, 0x9F)
        case 0xE1...0xEF: (missing, lowest, highest) = (2, 0x80, 0xBF)
        case 0xF0: (missing, lowest, highest) = (3, 0x90, 0xBF)
        case 0xF1...0xF3: (missing, lowest, highest) = (3, 0x80, 0xBF)
        case 0xF4: (missing, lowest, highest) = (3, 0x80, 0x8F)
        default: return false
        }
        return true
    }
}

extension Span where Element == UInt8 {
    /// The first place from `start` on that holds no ASCII.
    fileprivate func endOfASCII(from start: Int) -> Int {
        unsafe withUnsafeBytes { bytes in
            // Loads stay below `count` and need no alignment.
            var at = start
            while at &+ 32 <= bytes.count {
                let block = unsafe bytes.loadUnaligned(fromByteOffset: at, as: SIMD4<UInt64>.self)
                guard (block & 0x8080_8080_8080_8080) == .zero else { break }
                at &+= 32
            }
            while at < bytes.count, unsafe bytes[at] < 0x80 { at &+= 1 }
            return at
        }
    }
}
