internal import Bytes

/// The container of a WebP with metadata (RFC 9649, 2.7): chunks of a name, a length and content, padded to even.
enum WebPContainer {
    private static let hasAlpha: UInt8 = 0x10
    private static let hasEXIF: UInt8 = 0x08

    /// Appends the file again, with an EXIF that names the software.
    static func write(_ simple: Span<UInt8>, width: Int, height: Int, software: String, into file: inout ByteBuffer) {
        // After `RIFF`, a length and `WEBP` come the chunks; one named `VP8X` is there already when the picture is lossy and
        // has transparency.
        var chunks = simple.extracting(droppingFirst: 12)
        var flags = hasEXIF
        if chunks.extracting(first: 4).equals("VP8X") {
            flags |= chunks[8]
            chunks = chunks.extracting(droppingFirst: 18)
        } else if chunks.extracting(first: 4).equals("VP8L"), chunks[12] & 0x10 != 0 {
            // RFC 9649, 3.4: after a mark and two sizes of 14 bits comes one that says whether there is alpha.
            flags |= hasAlpha
        }
        let exif = exif(software)
        file.append("RIFF")
        file.append(littleEndian: 4 + 18 + chunks.count + 8 + exif.count + exif.count % 2, bytes: 4)
        file.append("WEBPVP8X")
        file.append(littleEndian: 10, bytes: 4)
        file.append(littleEndian: Int(flags), bytes: 4)
        file.append(littleEndian: width - 1, bytes: 3)
        file.append(littleEndian: height - 1, bytes: 3)
        file.append(chunks)
        file.append("EXIF")
        file.append(littleEndian: exif.count, bytes: 4)
        file.append(exif)
        if exif.count % 2 == 1 { file.append(0) }
    }

    /// A TIFF of one directory with one field: 0x0131, the software, as ASCII that ends with a zero.
    private static func exif(_ software: String) -> ByteBuffer {
        let text = software.utf8.filter { $0 != 0 && $0 < 0x80 } + [0]
        var exif = ByteBuffer("II")
        exif.append(littleEndian: 42, bytes: 2)
        exif.append(littleEndian: 8, bytes: 4)
        exif.append(littleEndian: 1, bytes: 2)
        exif.append(littleEndian: 0x0131, bytes: 2)
        exif.append(littleEndian: 2, bytes: 2)
        exif.append(littleEndian: text.count, bytes: 4)
        // Up to four bytes stand in the field itself, more of them after the directory.
        if text.count > 4 { exif.append(littleEndian: 26, bytes: 4) }
        if text.count <= 4 { for i in 0..<4 { exif.append(i < text.count ? text[i] : 0) } }
        exif.append(littleEndian: 0, bytes: 4)
        if text.count > 4 { for byte in text { exif.append(byte) } }
        return exif
    }
}

extension ByteBuffer {
    /// Appends a number with its lowest byte first.
    fileprivate mutating func append(littleEndian value: Int, bytes count: Int) {
        for i in 0..<count { append(UInt8(truncatingIfNeeded: value >> (8 * i))) }
    }
}
