import Bytes
import Imaging
import TestSupport
import Testing

/// A damaged file is an error, or it decodes to the very pixels it had.
@Suite struct DamageTests {
    /// Small files of each kind; each is cut and changed at many places.
    static let names = [
        "png-rgb-8.png", "png-rgba-8-interlaced.png", "png-palette-4-trns.png", "png-grey-16.png", "png-rgb-pieces.png",
        "jpeg-8x8.jpg", "jpeg-17x33.jpg", "jpeg-progressive-2x2.jpg", "jpeg-arithmetic.jpg", "jpeg-restarts.jpg",
        "jpeg-cmyk.jpg", "jpeg-grey.jpg", "color-jpeg-rgb-pieces.jpg", "jpeg-orientation-6.jpg",
        "webp-lossy.webp", "webp-lossless.webp", "webp-alpha-lossy.webp", "webp-alpha-lossless.webp",
        "webp-animation-part.webp", "webp-orientation-3.webp", "color-webp-rgba.webp",
        "gif-1.gif", "gif-4-interlaced.gif", "gif-2.gif", "gif-transparent.gif", "gif-animation-part.gif",
        "gif-pillow-1.gif", "bmp-1.bmp", "bmp-4-core.bmp", "bmp-8-five-colors.bmp", "bmp-16-565.bmp", "bmp-24.bmp",
        "bmp-32-alpha-fields.bmp", "bmp-rle8.bmp",
    ]

    /// A decoder that only warned would return guessed pixels.
    @Test(arguments: names)
    func `every truncated file is refused`(name: String) throws {
        let file = ImageFixtures.array(name)
        let format = try ImageProbe(file.span).format
        // A debug build walks through each byte; the longest files are cut at every third.
        for count in stride(from: 0, to: file.count, by: file.count > 2500 ? 3 : 1) {
            guard let error = self.error(file.span.extracting(first: count)) else {
                Issue.record("\(count) of \(file.count) bytes were taken for a picture")
                continue
            }
            if count == 0 {
                #expect(error.reason == .empty)
            } else {
                #expect(error.format == format && error.reason == .truncated, "\(count) bytes: \(error)")
            }
        }
    }

    /// Changed bytes may still make a picture: JPEG and WebP have no checksums. None may crash the decoder, and each error
    /// names its format.
    @Test(arguments: names)
    func `changed bytes cause an error or other pixels, never a crash`(name: String) throws {
        let file = ImageFixtures.array(name)
        let format = try ImageProbe(file.span).format
        var random = Seeded(UInt64(file.count))
        var limits = ImageLimits()
        limits.pixels = 1 << 16
        for round in 0..<150 {
            var damaged = file
            for _ in 0...round % 4 {
                damaged[Int(random.next() % UInt64(file.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            do throws(ImageError) { _ = try ImageDecoder.decode(damaged.span, limits: limits) } catch {
                #expect(error.format == format || damaged[0..<12] != file[0..<12], "\(error)")
            }
        }
    }

    /// Every byte of a PNG lies under a checksum, in the signature, or in a length.
    @Test(arguments: ["png-rgb-8.png", "png-grey-8-trns.png", "color-png-usual-gamma.png"])
    func `a PNG with one byte changed is refused`(name: String) {
        let file = ImageFixtures.array(name)
        for at in 0..<file.count {
            var damaged = file
            damaged[at] ^= 0x10
            var refused = false
            do throws(ImageError) { _ = try ImageDecoder.decode(damaged.span) } catch { refused = true }
            #expect(refused, "byte \(at)")
        }
    }

    @Test(arguments: [
        ("an unknown filter", [UInt8(5), 1, 2, 3], "bad adaptive filter value"),
        ("a row too few", [0, 1, 2], "Not enough image data"),
        ("a byte too many", [0, 1, 2, 3, 4], "Too much image data"),
    ])
    func `streams longer or shorter than the picture are refused`(name: String, stream: [UInt8], message: String) {
        let file = CraftedFiles.png(width: 1, height: 1, [CraftedFiles.pngChunk("IDAT", CraftedFiles.stored(stream))])
        let reason = refusal(file)
        #expect(reason == .corrupt(message) || reason == .corrupt("IDAT: \(message)"), "\(String(describing: reason))")
    }

    @Test func `a stream whose checksum is wrong is refused`() {
        var stream = CraftedFiles.stored([0, 1, 2, 3])
        stream[stream.count - 1] ^= 1
        let reason = refusal(CraftedFiles.png(width: 1, height: 1, [CraftedFiles.pngChunk("IDAT", stream)]))
        #expect(reason == .corrupt("IDAT: incorrect data check"))
    }

    /// The one tolerated mistake: libpng and all browsers take such a pixel to be opaque black.
    @Test func `indices outside the palette are black`() throws {
        let chunks = [CraftedFiles.pngChunk("PLTE", [1, 2, 3, 4, 5, 6]), CraftedFiles.pngChunk("tRNS", [7])]
        let expected: [[UInt8]] = [[1, 2, 3, 7], [4, 5, 6, 255], [0, 0, 0, 255], [0, 0, 0, 255]]
        for index in 0..<4 {
            let pixels = CraftedFiles.pngChunk("IDAT", CraftedFiles.stored([0, UInt8(index) << 6]))
            let file = CraftedFiles.png(width: 1, height: 1, depth: 2, color: 3, chunks + [pixels])
            let raster = try ImageDecoder.decode(file.span).takeRaster()
            let color = (0..<4).map { raster.pixels[$0] }
            #expect(color == expected[index])
        }
    }

    /// Both decoders see the same order of chunks; the first case was found by fuzzing.
    @Test(arguments: [
        (["HHDR", "IDAT"], ImageError.Reason.unsupported("chunk HHDR")),
        (["IHDR", "IDAT"], .corrupt("there are two headers")),
        (["IDAT", "tEXt", "IDAT"], .corrupt("the pixels are not in one place")),
        (["tEXt"], .corrupt("there are no pixels")),
    ])
    func `chunks in the wrong order are refused`(names: [String], reason: ImageError.Reason) {
        let chunks = names.map { CraftedFiles.pngChunk($0, CraftedFiles.stored([0, 1, 2, 3])) }
        #expect(refusal(CraftedFiles.png(width: 1, height: 1, chunks)) == reason)
    }

    @Test func `an indexed picture without a palette is refused`() {
        let pixels = CraftedFiles.pngChunk("IDAT", CraftedFiles.stored([0, 0]))
        let reason = refusal(CraftedFiles.png(width: 1, height: 1, color: 3, [pixels]))
        #expect(reason == .corrupt("IDAT: Missing PLTE before IDAT") || reason == .corrupt("Missing PLTE before IDAT"))
    }

    /// One scan of three components was left out; the library would fill them with gray.
    @Test func `a JPEG without a scan for each component is refused`() throws {
        var file = ImageFixtures.array("jpeg-three-scans.jpg")
        let scans = (0..<file.count - 1).filter { file[$0] == 0xff && file[$0 + 1] == 0xda }
        try #require(scans.count == 3)
        file.removeSubrange(scans[1]..<scans[2])
        #expect(refusal(file) == .corrupt("a component has no scan"))
    }

    /// Truncated data with an end marker after it: the library would decode zeros, or show the approximation of the scans so
    /// far. Arithmetic coding may omit zeros at its end, so that a cut cannot be detected there.
    @Test(arguments: [
        "jpeg-8x8.jpg", "jpeg-grey.jpg", "jpeg-rgb.jpg", "jpeg-restarts.jpg", "jpeg-three-scans.jpg",
        "jpeg-progressive-2x2.jpg",
        "jpeg-grey-progressive.jpg", "jpeg-cmyk.jpg",
    ])
    func `an end marker does not hide a truncation`(name: String) throws {
        let file = ImageFixtures.array(name)
        let scan = try #require((0..<file.count - 1).first { file[$0] == 0xff && file[$0 + 1] == 0xda })
        for count in stride(from: scan, to: file.count - 2, by: file.count > 2500 ? 3 : 1) {
            let reason = refusal(file.prefix(count) + [0xff, 0xd9])
            #expect(reason != nil, "\(count) of \(file.count) bytes were taken for a picture")
        }
    }

    /// The same for WebP, with corrected container lengths. Its last bytes may be zeros that its entropy coder does not need;
    /// then all pixels are there.
    @Test(arguments: [
        "webp-lossy.webp", "webp-lossy-simple-filter.webp", "webp-lossless.webp", "webp-lossless-palette.webp",
    ])
    func `a chunk length beyond the file does not hide a truncation`(name: String) throws {
        let file = ImageFixtures.array(name)
        let whole = try ImageDecoder.decode(file.span).takeRaster()
        for count in stride(from: 30, to: file.count, by: 2) {
            var cut = Array(file.prefix(count))
            for (at, length) in [(4, count - 8), (16, count - 20)] {
                for byte in 0..<4 { cut[at + byte] = UInt8(truncatingIfNeeded: length >> (byte * 8)) }
            }
            guard refusal(cut) == nil else { continue }
            let same = try ImageDecoder.decode(cut.span).takeRaster().pixels.equals(whole.pixels)
            #expect(same, "\(file.count - count) bytes less give other pixels")
        }
    }

    @Test func `a JPEG without an end of image is refused`() {
        let file = ImageFixtures.array("jpeg-sample-1x1.jpg")
        #expect(refusal(Array(file.dropLast(2))) == .truncated)
        // A second scan where the end should be.
        #expect(refusal(file.dropLast(2) + CraftedFiles.jpegScan(0, 63) + [0xff, 0xd9]) != nil)
    }

    // MARK: - GIF

    /// A frame of two by two pixels and four colors, of blocks and with a canvas as they are told.
    private func gif(
        _ blocks: [UInt8], bits: UInt8 = 2, left: UInt8 = 0, colors: Bool = true, end: [UInt8] = [0x3b]
    ) -> [UInt8] {
        let palette: [UInt8] = colors ? (0..<12).map { 20 * $0 } : []
        return Array("GIF89a".utf8) + [2, 0, 2, 0, colors ? 0x81 : 0, 0, 0] + palette
            + [0x2c, left, 0, 0, 0, 2, 0, 2, 0, 0, bits] + blocks + end
    }

    @Test func `a GIF frame of few codes is read`() throws {
        // Begin anew, 0, 1, 2 in three bits, the lowest first; 3 and the end in four, since there are eight codes by then.
        let raster = try ImageDecoder.decode(gif([3, 0x44, 0x34, 0x05, 0]).span).takeRaster()
        let pixels = (0..<12).map { raster.pixels[$0] }
        #expect(pixels == (0..<12).map { 20 * $0 })
    }

    @Test(arguments: [
        // No picture, one beside the canvas, one without a palette, an unknown kind of block.
        ("nothing but an end", ImageError.Reason.corrupt("there is no picture")),
        ("beside", .corrupt("the first frame leaves the canvas")), ("colorless", .corrupt("there are no colors")),
        ("unknown", .corrupt("a block of an unknown kind")), ("wide", .corrupt("9 bits a pixel")),
        ("empty", .corrupt("the pixels end early")), ("early", .corrupt("the pixels end early")),
        ("nonsense", .corrupt("a code that stands for nothing")), ("unended", .truncated),
    ])
    func `frames out of order are refused`(name: String, reason: ImageError.Reason) {
        let file: [UInt8] =
            switch name {
            case "nothing but an end": Array("GIF89a".utf8) + [2, 0, 2, 0, 0, 0, 0, 0x3b]
            case "beside": gif([1, 0x44, 0], left: 1)
            case "colorless": gif([1, 0x44, 0], colors: false)
            case "unknown": gif([1, 0x44, 0], end: [0x7f])
            case "wide": gif([1, 0x44, 0], bits: 9)
            case "empty": gif([0])
            // Begin anew, 0, end.
            case "early": gif([2, 0b0100_0100, 0b1, 0])
            // Begin anew, and the code after the last that there is.
            case "nonsense": gif([2, 0b0011_0100 | 0b11_000000, 0b1, 0])
            default: gif([1, 0x44, 0], end: [])
            }
        #expect(refusal(file) == reason)
    }

    // MARK: - BMP

    @Test(
        arguments: [
            // Beyond a row, beyond the last row, pixels of their own beyond a row, a step beyond all.
            ([22, 1], "a run leaves the picture"),
            (Array(repeating: 0, count: 26) + [1, 1], "a run leaves the picture"),
            ([20, 1, 0, 3, 1, 2, 3, 0], "a run leaves the picture"),
            ([0, 2, 0, 200, 1, 1], "a run leaves the picture"),
        ] as [([UInt8], String)])
    func `runs that leave the picture are refused`(runs: [UInt8], message: String) {
        let file = ImageFixtures.array("bmp-rle8.bmp")
        #expect(refusal(Array(file.prefix(54 + 1024)) + runs + [0, 1]) == .corrupt(message))
    }

    private func refusal(_ file: [UInt8]) -> ImageError.Reason? { error(file.span)?.reason }

    private func error(_ file: Span<UInt8>) -> ImageError? {
        do throws(ImageError) { _ = try ImageDecoder.decode(file) } catch { return error }
        return nil
    }
}
