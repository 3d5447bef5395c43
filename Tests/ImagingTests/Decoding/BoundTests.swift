import Bytes
import CShims
import Imaging
import Testing

/// Files that exceed a bound are refused with a reason, before they cost anything.
@Suite struct BoundTests {
    struct Bomb: Sendable, CustomTestStringConvertible {
        let name: String
        let file: @Sendable () -> [UInt8]
        let reason: ImageError.Reason
        var testDescription: String { name }
    }

    static let bombs = [
        Bomb(name: "a PNG of two thousand million pixels a side") {
            CraftedFiles.png(width: 0x7fff_ffff, height: 0x7fff_ffff, [CraftedFiles.pngChunk("IDAT", [0])])
        } reason: {
            .tooMuch(.side, asked: 0x7fff_ffff, allowed: 65_535)
        },
        Bomb(name: "a tiny PNG of 65 megapixels") {
            CraftedFiles.png(width: 8_125, height: 8_000, [CraftedFiles.pngChunk("IDAT", [0])])
        } reason: {
            .tooMuch(.pixels, asked: 65_000_000, allowed: 64_000_000)
        },
        Bomb(name: "a tiny PNG of 64 megapixels") {
            CraftedFiles.png(
                width: 8_000, height: 8_000, [CraftedFiles.pngChunk("IDAT", [UInt8](repeating: 0, count: 1000))])
        } reason: {
            .corrupt("too little data for its size")
        },
        Bomb(name: "a small PNG with five megabytes of pixels") {
            CraftedFiles.png(
                width: 8, height: 8, [CraftedFiles.pngChunk("IDAT", [UInt8](repeating: 0, count: 5 << 20))])
        } reason: {
            .corrupt("too much data for its size")
        },
        // Before it complains, libpng would unpack all there is: a gigabyte here, sixty in the largest file.
        Bomb(name: "an interlaced PNG that unpacks to a gigabyte") {
            CraftedFiles.pngHeader(width: 1000, height: 1000, interlaced: true)
                + CraftedFiles.pngChunk("IDAT", CraftedFiles.zeros(packed: 6_000_000))
                + CraftedFiles.pngChunk("IEND", [])
        } reason: {
            .corrupt("Too much image data")
        },
        Bomb(name: "a PNG whose chunk claims two gigabytes") {
            CraftedFiles.pngHeader(width: 8, height: 8) + CraftedFiles.big32(0x7fff_ffff) + Array("IDAT".utf8) + [
                0, 0, 0, 0,
            ]
        } reason: {
            .truncated
        },
        Bomb(name: "a PNG of 100,000 chunks") {
            let text = CraftedFiles.pngChunk("tEXt", Array("a\0b".utf8))
            return CraftedFiles.onePixel([1, 2, 3], [[UInt8]](repeating: text, count: 100_000))
        } reason: {
            .tooMuch(.chunks, asked: 16_385, allowed: 16_384)
        },
        Bomb(name: "a PNG with a profile of five megabytes") {
            let profile = CraftedFiles.stored([UInt8](repeating: 0, count: 5 << 20))
            return CraftedFiles.onePixel([1, 2, 3], [CraftedFiles.pngChunk("iCCP", Array("x\0\0".utf8) + profile)])
        } reason: {
            .tooMuch(.profileBytes, asked: 4 << 20 + 1, allowed: 4 << 20)
        },
        Bomb(name: "a JPEG of 65,535 pixels a side") {
            [0xff, 0xd8] + CraftedFiles.jpegTables
                + CraftedFiles.jpegFrame(width: 65_535, height: 65_535, progressive: false)
                + CraftedFiles.jpegScan(0, 63) + [0xff, 0xd9]
        } reason: {
            .tooMuch(.pixels, asked: 65_535 * 65_535, allowed: 64_000_000)
        },
        Bomb(name: "a tiny JPEG of 64 megapixels") {
            [0xff, 0xd8] + CraftedFiles.jpegTables
                + CraftedFiles.jpegFrame(width: 8_000, height: 8_000, progressive: true)
                + CraftedFiles.jpegScan(0, 0) + [0xff, 0xd9]
        } reason: {
            .corrupt("too little data for its size")
        },
        Bomb(name: "a JPEG of 5,000 scans") {
            let scan = CraftedFiles.jpegScan(0, 0) + [UInt8](repeating: 0, count: 200)
            return [0xff, 0xd8] + CraftedFiles.jpegTables
                + CraftedFiles.jpegFrame(width: 6_000, height: 6_000, progressive: true)
                + (0..<5_000).flatMap { _ in scan } + [0xff, 0xd9]
        } reason: {
            .tooMuch(.scans, asked: 5_000, allowed: 100)
        },
        Bomb(name: "a WebP of 16,383 pixels a side") {
            var file = ImageFixtures.array("webp-lossless.webp")
            // Fourteen bits each of width and height less one.
            (file[21], file[22], file[23], file[24]) = (0xfe, 0xbf, 0xff, 0x0f)
            return file
        } reason: {
            .tooMuch(.pixels, asked: 16_383 * 16_383, allowed: 64_000_000)
        },
        Bomb(name: "a GIF of 65,535 pixels a side") {
            var file = ImageFixtures.array("gif-1.gif")
            for at in 6..<10 { file[at] = 0xff }
            return file
        } reason: {
            .tooMuch(.pixels, asked: 65_535 * 65_535, allowed: 64_000_000)
        },
        Bomb(name: "a tiny GIF of 64 megapixels") {
            var file = ImageFixtures.array("gif-1.gif")
            // The canvas and its frame, behind two colors and a mark.
            for at in [6, 8, 24, 26] { (file[at], file[at + 1]) = (0x40, 0x1f) }
            return file
        } reason: {
            .corrupt("too little data for its size")
        },
        Bomb(name: "a GIF of 20,000 frames") {
            let file = ImageFixtures.array("gif-1x1.gif")
            let frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0] as [UInt8]
            return Array(file.dropLast()) + (0..<20_000).flatMap { _ in frame } + [0x3b]
        } reason: {
            .tooMuch(.chunks, asked: 16_385, allowed: 16_384)
        },
        Bomb(name: "a BMP of two thousand million pixels a side") {
            var file = ImageFixtures.array("bmp-24.bmp")
            for at in [18, 22] { file.replaceSubrange(at..<at + 4, with: [0xff, 0xff, 0xff, 0x7f]) }
            return file
        } reason: {
            .tooMuch(.side, asked: 0x7fff_ffff, allowed: 65_535)
        },
        Bomb(name: "a tiny BMP of 64 megapixels") {
            var file = ImageFixtures.array("bmp-24.bmp")
            for at in [18, 22] { (file[at], file[at + 1]) = (0x40, 0x1f) }
            return file
        } reason: {
            .truncated
        },
        Bomb(name: "a tiny BMP of 64 megapixels in runs") {
            var file = ImageFixtures.array("bmp-rle8.bmp")
            for at in [18, 22] { (file[at], file[at + 1]) = (0x40, 0x1f) }
            return file
        } reason: {
            .corrupt("too little data for its size")
        },
        Bomb(name: "a WebP canvas of 16 million pixels a side") {
            var file = ImageFixtures.array("webp-animation.webp")
            for at in 24..<30 { file[at] = 0xff }
            return file
        } reason: {
            .tooMuch(.side, asked: 1 << 24, allowed: 65_535)
        },
    ]

    /// In release most take less than one. A debug build counts byte by byte, perhaps under a sanitizer.
    #if DEBUG
        static let atOnce = Duration.milliseconds(500)
    #else
        static let atOnce = Duration.milliseconds(50)
    #endif

    @Test(arguments: bombs)
    func `decompression bombs are refused at once with a reason`(bomb: Bomb) {
        let file = bomb.file()
        var reason: ImageError.Reason?
        let time = ContinuousClock().measure {
            do throws(ImageError) { _ = try ImageDecoder.decode(file.span) } catch { reason = error.reason }
        }
        #expect(reason == bomb.reason)
        #expect(time < Self.atOnce)
    }

    @Test func `the size of the file is bounded`() {
        let file = ImageFixtures.array("png-rgb-8.png")
        var limits = ImageLimits()
        limits.inputBytes = file.count - 1
        #expect(refusal(file, limits) == .tooMuch(.inputBytes, asked: file.count, allowed: file.count - 1))
        limits.inputBytes = file.count
        #expect(refusal(file, limits) == nil)
    }

    /// Bytes a pixel, in all, that each kind of file needs while it is decoded.
    @Test(arguments: [
        ("png-rgb-8-interlaced.png", 21 * 13 * 3), ("png-rgba-8-interlaced.png", 21 * 13 * 4),
        ("jpeg-sample-2x2.jpg", 45 * 27 * 3), ("jpeg-orientation-6.jpg", 19 * 11 * 6), ("jpeg-cmyk.jpg", 45 * 27 * 7),
        ("jpeg-progressive-1x1.jpg", 45 * 27 * 3 + 6 * 4 * 3 * 128), ("webp-lossy.webp", 45 * 27 * 7),
        ("webp-alpha-lossy.webp", 45 * 27 * 8), ("gif-4.gif", 45 * 27 * 4), ("gif-transparent.gif", 45 * 27 * 5),
        ("gif-animation-part.gif", 60 * 40 * 4 + 45 * 27), ("bmp-24.bmp", 21 * 13 * 3), ("bmp-4.bmp", 21 * 13 * 3),
        ("bmp-32-alpha-108.bmp", 21 * 13 * 4), ("bmp-rle8.bmp", 21 * 13 * 4),
    ])
    func `decoding memory is bounded`(name: String, bytes: Int) {
        let file = ImageFixtures.array(name)
        var limits = ImageLimits()
        limits.memory = bytes - 1
        #expect(refusal(file, limits) == .tooMuch(.memory, asked: bytes, allowed: bytes - 1))
    }

    @Test func `a picture that just fits the memory bound is read without the fast path`() throws {
        let file = ImageFixtures.array("png-rgb-8.png")
        var limits = ImageLimits()
        limits.memory = 21 * 13 * 3
        #expect(refusal(file, limits) == nil)
    }

    /// Memory is reserved by this estimate, so it must suffice.
    @Test(arguments: ImageFixtures.rows)
    func `the memory estimate from the header is enough for decoding`(row: ImageFixtures.Row) throws {
        let file = ImageFixtures.array(row.name)
        var limits = ImageLimits()
        // Of a picture so small, what a library keeps besides counts.
        limits.memory = try ImageProbe(file.span).decodingBytes(fileBytes: file.count) + 65_536
        #expect(refusal(file, limits) == nil)
    }

    @Test func `the size of a profile in pieces is bounded`() {
        for (name, size) in [("color-jpeg-rgb-pieces.jpg", 0), ("color-webp-rgb.webp", 0), ("color-png-rgb.png", 0)] {
            var limits = ImageLimits()
            limits.profileBytes = 100 + size
            guard case .tooMuch(.profileBytes, _, 100) = refusal(ImageFixtures.array(name), limits) else {
                Issue.record("\(name) was read")
                continue
            }
        }
    }

    private func refusal(_ file: [UInt8], _ limits: ImageLimits) -> ImageError.Reason? {
        do throws(ImageError) { _ = try ImageDecoder.decode(file.span, limits: limits) } catch { return error.reason }
        return nil
    }
}

extension BoundTests.Bomb {
    init(name: String, _ file: @escaping @Sendable () -> [UInt8], reason: () -> ImageError.Reason) {
        self.init(name: name, file: file, reason: reason())
    }
}
