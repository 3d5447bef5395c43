import Bytes
import Net

/// The name of a request in answers and logs: sixteen hexadecimal digits, unlike any other's of this process and, most
/// likely, of the last.
enum RequestID {
    private static let seed = UInt64(bitPattern: SystemClock.realtimeNanoseconds) &* 0x9E37_79B9_7F4A_7C15

    /// Appends the name of a request by its number.
    @inline(__always)
    static func append(_ number: UInt64, to output: inout ByteBuffer) {
        // An odd factor maps numbers to names one to one, and far from each other.
        let name = (number &* 0xD6E8_FEB8_6659_FD93) ^ seed
        output.append(eight: digits(UInt32(truncatingIfNeeded: name &>> 32)))
        output.append(eight: digits(UInt32(truncatingIfNeeded: name)))
    }

    /// The eight hexadecimal digits of a number, the first in the lowest byte: all at once, since every answer has them.
    @inline(__always)
    private static func digits(_ number: UInt32) -> UInt64 {
        // Bytes are moved apart, then the two digits of each, until every byte holds one.
        var digits = UInt64(number.byteSwapped)
        digits = (digits | digits &<< 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits &<< 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits &>> 4 & 0x000F_000F_000F_000F) | (digits & 0x000F_000F_000F_000F) &<< 8
        // Six more carries those above nine into the high half of their byte.
        let letters = (digits &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }

    static func text(_ number: UInt64) -> String {
        var buffer = ByteBuffer()
        append(number, to: &buffer)
        return buffer.bytes.text
    }
}
