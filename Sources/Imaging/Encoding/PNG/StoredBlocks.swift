internal import Bytes

/// Stored blocks of deflate (RFC 1951, 3.2.4), for incompressible bytes.
enum StoredBlocks {
    private static let longest = 0xffff

    /// The size of `count` bytes in stored blocks.
    static func size(of count: Int) -> Int { count + (count + longest - 1) / longest * 5 }

    /// Appends blocks, none of them final.
    static func write(_ bytes: Span<UInt8>, into output: inout ByteBuffer) {
        var rest = bytes
        while rest.count > 0 {
            let length = min(rest.count, longest)
            output.append(0)
            for part in [length, ~length] {
                output.append(UInt8(truncatingIfNeeded: part))
                output.append(UInt8(truncatingIfNeeded: part >> 8))
            }
            output.append(rest.extracting(first: length))
            rest = rest.extracting(droppingFirst: length)
        }
    }
}
