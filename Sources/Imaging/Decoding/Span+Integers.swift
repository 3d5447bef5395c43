internal import Bytes

/// Integers and signatures inside a file. Callers check the length first; an offset past the end traps.
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

    /// Whether all of `mark` is at `at`.
    func holds(_ mark: StaticBytes, at: Int) -> Bool {
        at + mark.values.count <= count && extracting(at..<at + mark.values.count).equals(mark.values.span)
    }

    /// Whether the bytes are a proper prefix of `mark`.
    func endsInside(_ mark: StaticBytes) -> Bool {
        count < mark.values.count && equals(mark.values.span.extracting(first: count))
    }
}
