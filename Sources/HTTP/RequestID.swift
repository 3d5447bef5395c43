import Bytes
import Time

/// The name of a request in answers and logs: sixteen hexadecimal digits, unlike any other's of this process and, most
/// likely, of the last.
enum RequestID {
    private static let seed = UInt64(bitPattern: Instant.machine.nanoseconds) &* 0x9E37_79B9_7F4A_7C15

    /// Appends the name of a request by its number.
    @inline(__always)
    static func append(_ number: UInt64, to output: inout ByteBuffer) {
        // An odd factor maps numbers to names one to one, and far from each other.
        let name = (number &* 0xD6E8_FEB8_6659_FD93) ^ seed
        output.append(hexadecimal: UInt32(truncatingIfNeeded: name &>> 32))
        output.append(hexadecimal: UInt32(truncatingIfNeeded: name))
    }

    static func text(_ number: UInt64) -> String {
        var buffer = ByteBuffer()
        append(number, to: &buffer)
        return buffer.bytes.text
    }
}
