internal import Bytes

extension Fault.ImageDamage {
    /// A picture with this damage.
    func damaged(_ file: borrowing ByteBuffer) -> ByteBuffer {
        var bytes = ByteBuffer(file.bytes)
        let isPNG = bytes.count > 33 && bytes.bytes[1] == UInt8(ascii: "P") && bytes.bytes[2] == UInt8(ascii: "N")
        switch self {
        case .type:
            return bytes
        case .truncated:
            return ByteBuffer(file.bytes.extracting(first: file.count * 2 / 3))
        case .crc:
            // The last byte of the checksum of IDAT's first chunk; any byte in the middle of other formats.
            let place = isPNG ? Self.checksumOfPixels(file.bytes) : nil
            if bytes.count > 0 { bytes.flip(place ?? bytes.count / 2) }
            return bytes
        case .size:
            // A PNG's header says another height, and its checksum is right for neither.
            if isPNG { bytes.flip(23) } else if bytes.count > 0 { bytes.flip(bytes.count / 3) }
            return bytes
        }
    }

    /// Where the checksum of the first chunk of pixels is.
    private static func checksumOfPixels(_ file: Span<UInt8>) -> Int? {
        var place: Int?
        PNGChunk.forEach(in: file) { chunk in
            if !file.extracting(chunk.name).equals("IDAT") { return true }
            place = chunk.content.upperBound + 3
            return false
        }
        return place
    }
}

extension ByteBuffer {
    fileprivate mutating func flip(_ place: Int) {
        var bytes = mutableBytes
        bytes[place] ^= 0x55
    }
}
