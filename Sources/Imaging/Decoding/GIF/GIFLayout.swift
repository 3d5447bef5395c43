internal import Bytes

/// The structure of a GIF file (GIF89a), found in one pass over its blocks. Further frames are skipped.
struct GIFLayout {
    /// Size of the canvas.
    let width: Int
    let height: Int
    let frame: Frame
    /// The transparent color of the first frame.
    let transparent: UInt8?

    /// The first frame.
    struct Frame {
        let left: Int
        let top: Int
        let width: Int
        let height: Int
        let isInterlaced: Bool
        /// Its palette, or that of the file: three bytes per entry.
        let colors: Range<Int>
        /// The initial code size in bits, without control codes.
        let pixelBits: Int
        /// Where its data sub-blocks begin: each has its length in front, and an empty one ends them.
        let data: Int
        /// The bytes in these sub-blocks.
        let dataBytes: Int
    }

    static let signatures: [StaticBytes] = ["GIF87a", "GIF89a"]
    /// Signature, size, flags, background and aspect.
    private static let headerBytes = 13

    /// The size of the canvas alone.
    static func size(_ file: Span<UInt8>) throws(ImageError) -> (width: Int, height: Int) {
        guard file.count >= headerBytes else { throw ImageError(.gif, .truncated) }
        let (width, height) = (file.little16(6), file.little16(8))
        guard width > 0, height > 0 else { throw ImageError(.gif, .corrupt("the size is \(width) x \(height)")) }
        return (width, height)
    }

    init(_ file: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) {
        (width, height) = try GIFLayout.size(file)
        var at = GIFLayout.headerBytes
        let shared = GIFLayout.colors(file[10], at: &at)
        var frame: Frame?
        var transparent: UInt8?
        var blocks = 0
        while true {
            guard at < file.count else { throw ImageError(.gif, .truncated) }
            blocks += 1
            guard blocks <= limits.chunks else {
                throw ImageError(.gif, .tooMuch(.chunks, asked: blocks, allowed: limits.chunks))
            }
            let kind = file[at]
            at += 1
            switch kind {
            case 0x21:
                guard at < file.count else { throw ImageError(.gif, .truncated) }
                let label = file[at]
                at += 1
                // Graphic control of the next frame: flags, a time and the transparent color.
                if label == 0xf9, frame == nil, at + 5 <= file.count, file[at] >= 4 {
                    transparent = file[at + 1] & 1 == 1 ? file[at + 4] : nil
                }
                _ = try GIFLayout.skipBlocks(file, at: &at)
            case 0x2c:
                guard at + 9 <= file.count else { throw ImageError(.gif, .truncated) }
                let start = at
                at += 9
                let own = GIFLayout.colors(file[start + 8], at: &at)
                guard at < file.count else { throw ImageError(.gif, .truncated) }
                let pixelBits = Int(file[at])
                at += 1
                let data = at
                let dataBytes = try GIFLayout.skipBlocks(file, at: &at)
                frame =
                    frame
                    ?? Frame(
                        left: file.little16(start), top: file.little16(start + 2), width: file.little16(start + 4),
                        height: file.little16(start + 6), isInterlaced: file[start + 8] & 0x40 != 0,
                        colors: own ?? shared ?? 0..<0,
                        pixelBits: pixelBits, data: data, dataBytes: dataBytes)
            case 0x3b:
                // The trailer. Bytes after it are ignored.
                guard let frame else { throw ImageError(.gif, .corrupt("there is no picture")) }
                (self.frame, self.transparent) = (frame, transparent)
                try check()
                return
            default:
                throw ImageError(.gif, .corrupt("a block of an unknown kind"))
            }
        }
    }

    /// The palette that the flags announce; advances `at` past it.
    private static func colors(_ flags: UInt8, at: inout Int) -> Range<Int>? {
        guard flags & 0x80 != 0 else { return nil }
        let start = at
        at += 3 << (Int(flags & 7) + 1)
        return start..<at
    }

    /// Skips sub-blocks up to the empty one; returns how many bytes they hold.
    private static func skipBlocks(_ file: Span<UInt8>, at: inout Int) throws(ImageError) -> Int {
        var bytes = 0
        while at < file.count {
            let length = Int(file[at])
            at += 1 + length
            bytes += length
            if length == 0 { return bytes }
        }
        throw ImageError(.gif, .truncated)
    }

    private func check() throws(ImageError) {
        guard frame.width > 0, frame.height > 0 else {
            throw ImageError(.gif, .corrupt("the first frame is \(frame.width) x \(frame.height)"))
        }
        guard frame.left + frame.width <= width, frame.top + frame.height <= height else {
            throw ImageError(.gif, .corrupt("the first frame leaves the canvas"))
        }
        guard !frame.colors.isEmpty else { throw ImageError(.gif, .corrupt("there are no colors")) }
        guard 1...8 ~= frame.pixelBits else { throw ImageError(.gif, .corrupt("\(frame.pixelBits) bits a pixel")) }
        // A code of 12 bits encodes at most 4,095 pixels.
        guard frame.width * frame.height <= frame.dataBytes * 8 / 12 * 4095 + 4095 else {
            throw ImageError(.gif, .corrupt("too little data for its size"))
        }
    }

    /// Whether the picture has transparency: a color for it, or a frame that leaves part of its canvas empty.
    var hasAlpha: Bool { transparent != nil || frame.width < width || frame.height < height }
}
