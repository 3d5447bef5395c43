import Bytes
import CShims

/// Crafted files that lie or exceed bounds.
enum CraftedFiles {
    static func big32(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

    static func big16(_ value: Int) -> [UInt8] { [8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

    // MARK: PNG

    static func pngChunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + body
        // The C function reads what it is given.
        let sum = unsafe named.withUnsafeBufferPointer { unsafe outpaint_crc32($0.baseAddress, $0.count) }
        return big32(body.count) + named + big32(Int(sum))
    }

    static func pngHeader(
        width: Int, height: Int, depth: UInt8 = 8, color: UInt8 = 2, interlaced: Bool = false
    ) -> [UInt8] {
        let header = big32(width) + big32(height) + [depth, color, 0, 0, interlaced ? 1 : 0]
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + pngChunk("IHDR", header)
    }

    /// A file of chunks after the header.
    static func png(width: Int, height: Int, depth: UInt8 = 8, color: UInt8 = 2, _ chunks: [[UInt8]]) -> [UInt8] {
        pngHeader(width: width, height: height, depth: depth, color: color) + chunks.flatMap { $0 }
            + pngChunk("IEND", [])
    }

    /// A zlib stream of stored blocks.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var (low, high) = (1, 0)
        for byte in bytes {
            low = (low + Int(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let cuts = Array(stride(from: 0, to: max(1, bytes.count), by: 65_535))
        for start in cuts {
            let piece = bytes[start..<min(bytes.count, start + 65_535)]
            let count = [UInt8(piece.count & 0xff), UInt8(piece.count >> 8)]
            stream += [start == cuts.last ? 1 : 0] + count + count.map { ~$0 } + piece
        }
        return stream + big32(high << 16 | low)
    }

    /// A zlib bomb: `bytes` of it unpack to about 158 times as many zeros.
    static func zeros(packed bytes: Int) -> [UInt8] {
        // A block of fixed codes: a zero, then 258 times the byte before, in 13 bits (RFC 1951, 3.2.6).
        let more: [UInt8] = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
        let bits: [UInt8] = [1, 1, 0] + [0, 0, 1, 1, 0, 0, 0, 0] + (0..<16).flatMap { _ in more }
        let start = stride(from: 0, to: 15 * 8, by: 8).map { at in
            (0..<8).reduce(UInt8(0)) { $0 | bits[at + $1] << UInt8($1) }
        }
        // Eight codes take thirteen bytes, and then all begins again.
        return [0x78, 0x01] + start + (0..<bytes / 13).flatMap { _ in start[2...] }
    }

    /// One pixel of RGB, with chunks before it.
    static func onePixel(_ color: [UInt8], _ before: [[UInt8]] = []) -> [UInt8] {
        png(width: 1, height: 1, before + [pngChunk("IDAT", stored([0] + color))])
    }

    // MARK: JPEG

    static func jpegSegment(_ code: UInt8, _ body: [UInt8]) -> [UInt8] { [0xff, code] + big16(body.count + 2) + body }

    /// The frame of a gray picture.
    static func jpegFrame(width: Int, height: Int, progressive: Bool) -> [UInt8] {
        let body = [8] + big16(height) + big16(width) + [1, 1, 0x11, 0]
        return jpegSegment(progressive ? 0xc2 : 0xc0, body)
    }

    /// One quantization table, and Huffman tables whose only code is zero.
    static let jpegTables: [UInt8] = {
        let codes: [UInt8] = [1] + [UInt8](repeating: 0, count: 15) + [0]
        return jpegSegment(0xdb, [0] + [UInt8](repeating: 1, count: 64))
            + jpegSegment(0xc4, [0x00] + codes) + jpegSegment(0xc4, [0x10] + codes)
    }()

    /// The head of a scan of the only component.
    static func jpegScan(_ first: UInt8, _ last: UInt8, _ bits: UInt8 = 0) -> [UInt8] {
        jpegSegment(0xda, [1, 1, 0, first, last, bits])
    }
}
