internal import Bytes

/// Numbers and marks inside a file. An offset past the end is our own bug: callers check the length first.
extension Span where Element == UInt8 {
    func big16(_ at: Int) -> Int { Int(self[at]) << 8 | Int(self[at + 1]) }

    func big32(_ at: Int) -> Int { big16(at) << 16 | big16(at + 2) }

    func little16(_ at: Int) -> Int { Int(self[at]) | Int(self[at + 1]) << 8 }

    func little24(_ at: Int) -> Int { little16(at) | Int(self[at + 2]) << 16 }

    func little32(_ at: Int) -> Int { little16(at) | little16(at + 2) << 16 }

    func fourCC(_ at: Int) -> FourCC { FourCC(value: UInt32(big32(at))) }

    /// Whether `lowercase` stands at `at` in either case.
    func holdsIgnoringCase(_ lowercase: StaticString, at: Int) -> Bool {
        at + lowercase.utf8CodeUnitCount <= count
            && extracting(at..<at + lowercase.utf8CodeUnitCount).equalsIgnoringCase(lowercase)
    }

    /// Whether `mark` stands at `at`, wholly.
    func holds(_ mark: StaticBytes, at: Int) -> Bool {
        at + mark.values.count <= count && extracting(at..<at + mark.values.count).equals(mark.values.span)
    }

    /// Whether the bytes end inside of `mark`, and are as it says up to there.
    func endsInside(_ mark: StaticBytes) -> Bool {
        count < mark.values.count && equals(mark.values.span.extracting(first: count))
    }
}

/// The name of a chunk: four letters.
struct FourCC: Hashable, ExpressibleByStringLiteral {
    let value: UInt32

    init(value: UInt32) { self.value = value }
    init(stringLiteral text: String) { value = text.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

    /// The letters, with a question mark for what is none.
    var text: String {
        let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
        return String(decoding: bytes.map { $0 > 0x20 && $0 < 0x7f ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    var isLetters: Bool {
        [24, 16, 8, 0].allSatisfy { UInt8(truncatingIfNeeded: value >> UInt32($0) | 0x20) &- 0x61 < 26 }
    }
}
