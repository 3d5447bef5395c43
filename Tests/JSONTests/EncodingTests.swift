import Bytes
import JSON
import Testing

@Suite struct EncodingTests {
    /// A text in a wide encoding, with lone surrogates kept.
    static func encode(_ units: [UInt32], width: Int, bigEndian: Bool, mark: Bool) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + units).flatMap { unit in
            let little = (0..<width).map { UInt8(truncatingIfNeeded: unit >> UInt32(8 * $0)) }
            return bigEndian ? little.reversed() : little
        }
    }

    static func utf16(_ text: String) -> [UInt32] { text.utf16.map(UInt32.init) }
    static func utf32(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    @Test(arguments: [true, false], [true, false])
    func `UTF-16 and UTF-32 are read`(bigEndian: Bool, mark: Bool) {
        for text in ["{\"é😀\":[1,\"\u{FFFF}\"]}", "[12]", "\"aé\""] {
            let two = Self.encode(Self.utf16(text), width: 2, bigEndian: bigEndian, mark: mark)
            let four = Self.encode(Self.utf32(text), width: 4, bigEndian: bigEndian, mark: mark)
            #expect(outcome(two) == .value(text))
            #expect(outcome(four) == .value(text))
            #expect(outcome(Array(two.dropLast())) == .refused(.undecodable))
            #expect(outcome(Array(four.dropLast())) == .refused(.undecodable))
            #expect(outcome(Array(four.dropLast(2))) == .refused(.undecodable))
        }
    }

    @Test(arguments: [true, false], [true, false])
    func `error positions count code points in every encoding`(bigEndian: Bool, mark: Bool) {
        let text = "{\"é😀\":x}"
        let two = Self.encode(Self.utf16(text), width: 2, bigEndian: bigEndian, mark: mark)
        let four = Self.encode(Self.utf32(text), width: 4, bigEndian: bigEndian, mark: mark)
        let expected = Outcome.syntax(.expectedValue, 6)
        #expect(outcome(two) == expected && outcome(four) == expected && outcome(text) == expected)
        #expect(outcome("\u{FEFF}" + text) == expected)
    }

    @Test func `a single character is UTF-16 only in two bytes`() {
        #expect(outcome([0x31, 0x00]) == .value("1"))
        #expect(outcome([0x00, 0x31]) == .value("1"))
        #expect(outcome([0x31, 0x00, 0x00]) == .syntax(.extraData, 1))
        #expect(outcome([0x00, 0x00, 0x31]) == .syntax(.expectedValue, 0))
        #expect(outcome([0x31, 0x00, 0x00, 0x00]) == .value("1"))
    }

    @Test func `lone surrogates are kept in every encoding`() throws {
        let half = Self.utf16("\"") + [0xD83D] + Self.utf16("a\"")
        for width in [2, 4] {
            let bytes = Self.encode(half, width: width, bigEndian: false, mark: false)
            let value = try JSONDocument(parsing: ByteBuffer(bytes.span)).root
            #expect(value.hasLoneSurrogate && value.string == "\u{FFFD}a")
        }
        // In UTF-32 two halves are two characters.
        let pair = Self.encode(Self.utf16("\"😀\""), width: 4, bigEndian: true, mark: false)
        #expect(outcome(pair) == .value("\"\u{FFFD}\u{FFFD}\""))
        // The last one would be a character if its high bits were lost.
        for beyond: UInt32 in [0x110000, 0x200041, 0xFFFF_FFFF, 0x4001_0041] {
            let bytes = Self.encode([0x22, beyond, 0x22], width: 4, bigEndian: true, mark: false)
            #expect(outcome(bytes) == .refused(.undecodable))
        }
    }

    @Test(
        arguments: [
            [0x80], [0xC3], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF], [0xE4, 0xB8],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE],
            [0xFF],
            [0xED, 0xA0], [0xE9, 0x22],
        ] as [[UInt8]])
    func `invalid UTF-8 is undecodable at any position`(bad: [UInt8]) {
        let quote = [UInt8(ascii: "\"")]
        #expect(outcome(quote + bad + quote) == .refused(.undecodable))
        #expect(outcome(quote + bad) == .refused(.undecodable))
        // Also after an error of another kind.
        let opening = [UInt8](repeating: UInt8(ascii: "["), count: 961)
        #expect(outcome(Array("[x,".utf8) + bad) == .refused(.undecodable))
        #expect(outcome(Array("\"\\x".utf8) + bad) == .refused(.undecodable))
        #expect(outcome(opening + bad) == .refused(.undecodable))
        #expect(outcome(Array("{} ".utf8) + bad) == .refused(.undecodable))
    }
}
