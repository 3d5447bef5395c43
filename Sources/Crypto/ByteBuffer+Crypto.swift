public import Bytes

extension ByteBuffer {
    /// Unpredictable bytes from the kernel, by way of the standard library.
    public static func random(_ count: Int) -> ByteBuffer {
        var generator = SystemRandomNumberGenerator()
        var buffer = ByteBuffer(capacity: count + 8)
        while buffer.count < count { buffer.append(eight: generator.next()) }
        buffer.truncate(to: count)
        return buffer
    }

    /// Appends bytes as lowercase hexadecimal digits.
    public mutating func append(hex bytes: Span<UInt8>) {
        reserveExtra(2 * bytes.count)
        for i in bytes.indices {
            append(hexDigit: bytes[i] >> 4)
            append(hexDigit: bytes[i] & 15)
        }
    }

    private mutating func append(hexDigit value: UInt8) {
        append(value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10)
    }
}
