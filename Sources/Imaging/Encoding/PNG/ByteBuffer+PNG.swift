internal import Bytes
internal import CDeflate

extension ByteBuffer {
    /// Makes the buffer hold this many bytes. New ones are undefined until they are written.
    mutating func resize(to count: Int) {
        if count <= self.count { return truncate(to: count) }
        // The caller writes the bytes before it reads them.
        _ = unsafe fill(upTo: count - self.count) { $0.count }
    }

    /// Appends a number with its highest byte first.
    mutating func append(bigEndian value: UInt32) {
        for shift in [24, 16, 8, 0] { append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }

    /// Begins a chunk (PNG, 5.3) and returns where; its content is appended next.
    mutating func beginChunk(_ type: StaticString) -> Int {
        append(bigEndian: 0)
        append(type)
        return count - 8
    }

    /// Ends the chunk that began at `start`: writes its length and its checksum.
    mutating func endChunk(_ start: Int) {
        let length = UInt32(count - start - 8)
        var place = mutableBytes._consumingExtracting(start..<start + 4)
        for i in 0..<4 { place[i] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * i)) }
        append(bigEndian: bytes.extracting((start + 4)...).crc32)
    }
}

extension Span where Element == UInt8 {
    /// The checksum of a chunk (PNG, 5.5).
    fileprivate var crc32: UInt32 {
        unsafe withUnsafeBytes { unsafe libdeflate_crc32(0, $0.baseAddress, $0.count) }
    }
}
