public import Bytes

/// A task identifier: a version 4 UUID (RFC 9562, 5.4).
public struct TaskID: Hashable, Comparable, Sendable {
    public let high, low: UInt64

    /// Creates an ID from 122 of these bits.
    public init(_ high: UInt64, _ low: UInt64) {
        self.high = high & ~0xf000 | 0x4000
        self.low = low & ~(0b11 << 62) | 0b10 << 62
    }

    /// The ID as a number, and the reverse.
    public var number: UInt128 { UInt128(high) << 64 | UInt128(low) }

    public init(number: UInt128) {
        (high, low) = (UInt64(truncatingIfNeeded: number >> 64), UInt64(truncatingIfNeeded: number))
    }

    // The bits are random, so they need no further mixing.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

extension TaskID {
    public static func < (one: TaskID, other: TaskID) -> Bool { one.number < other.number }
}

extension TaskID: CustomStringConvertible {
    /// Parses the 36 characters, in upper or lower case and of any version.
    public init?(_ text: Span<UInt8>) {
        guard text.count == 36 else { return nil }
        var words = (UInt64(0), UInt64(0))
        for i in 0..<36 {
            if TaskID.hasDash(at: i) {
                if text[i] != UInt8(ascii: "-") { return nil }
                continue
            }
            guard let digit = text[i].hexValue else { return nil }
            if i < 18 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
        }
        (high, low) = words
    }

    private static func hasDash(at i: Int) -> Bool { i == 8 || i == 13 || i == 18 || i == 23 }

    /// Appends the 32 lowercase digits, optionally with the dashes of a UUID.
    public func append(to text: inout ByteBuffer, dashed: Bool = true) {
        text.append(hexadecimal: UInt32(truncatingIfNeeded: high >> 32))
        for part in [high >> 16, high, low >> 48] {
            if dashed { text.append(UInt8(ascii: "-")) }
            text.append(hexadecimal: UInt16(truncatingIfNeeded: part))
        }
        if dashed { text.append(UInt8(ascii: "-")) }
        text.append(hexadecimal: UInt16(truncatingIfNeeded: low >> 32))
        text.append(hexadecimal: UInt32(truncatingIfNeeded: low))
    }

    /// In lower case.
    public var description: String {
        var text = ByteBuffer(capacity: 36)
        append(to: &text)
        return text.bytes.text
    }
}
