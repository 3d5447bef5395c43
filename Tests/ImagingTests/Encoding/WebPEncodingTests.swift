import Bytes
import Imaging
import TestSupport
import Testing

@Suite struct WebPEncodingTests {
    static let sizes = [(1, 1), (1, 130), (130, 1), (2, 3), (17, 33), (64, 64), (63, 65), (70, 129), (33, 200)]

    @Test(arguments: sizes, [3, 4])
    func `lossless WebP decodes to the same pixels`(size: (Int, Int), channels: Int) throws {
        for kind in TestPicture.Kind.allCases {
            let picture = TestPicture(kind, size.0, size.1, channels: channels)
            for software in [nil, "an emulator"] {
                let back = try decoded(encoded(picture, as: .losslessWebP, EncodingOptions(software: software)))
                // A file whose pixels are all opaque says so.
                #expect(back.channels == channels || channels == 4)
                var isSame = rgb(back.pixels, back.channels) == rgb(picture.pixels, channels)
                if back.channels == 4, channels == 4 { isSame = isSame && back.pixels == picture.pixels }
                #expect(isSame, "\(picture.testDescription)")
            }
        }
    }

    @Test(arguments: sizes, [3, 4])
    func `lossy WebP decodes to nearly the same pixels`(size: (Int, Int), channels: Int) throws {
        let picture = TestPicture(.gradient, size.0, size.1)
        let back = try decoded(encoded(picture, as: .webp(quality: 95)))
        #expect(back.width == size.0 && back.height == size.1 && back.channels == 3)
        let (greatest, mean) = difference(back.pixels, picture.pixels)
        #expect(greatest < 30 && mean < 4, "\(greatest), \(mean)")
    }

    /// Rows 64 to 127 are opaque: for them the library makes no plane.
    @Test func `transparency decodes to the same values`() throws {
        var random = Seeded(3)
        var pixels: [UInt8] = []
        for i in 0..<50 * 200 {
            let alpha = UInt8.random(in: 0...255, using: &random)
            let isOpaque = (64..<128).contains(i / 50)
            pixels += [120, 130, 140, isOpaque ? 255 : alpha] as [UInt8]
        }
        let picture = SharedRaster(Raster(width: 50, height: 200, channels: 4, pixels: pixels.span))
        for software in [nil, "an emulator"] {
            let back = try decoded(encoded(picture, as: .webp(quality: 60), EncodingOptions(software: software)))
            #expect(back.channels == 4)
            let isSame = alpha(back.pixels) == alpha(pixels)
            #expect(isSame)
        }
    }

    @Test func `a higher quality takes more bytes`() throws {
        let picture = TestPicture(.photograph, 200, 150)
        let sizes = try [0, 30, 60, 80, 95, 100].map { try encoded(picture, as: .webp(quality: $0)).count }
        #expect(sizes == sizes.sorted() && Set(sizes).count == sizes.count)
    }

    @Test(arguments: ["x", "abc", "abcd", "an emulator"], [3, 4])
    func `an EXIF field names the software when asked`(software: String, channels: Int) throws {
        for output in [OutputFormat.webp(), .losslessWebP] { try expectEXIF(software, output, channels) }
    }

    func expectEXIF(_ software: String, _ output: OutputFormat, _ channels: Int) throws {
        let picture = TestPicture(.noise, 20, 30, channels: channels)
        let named = chunks(try encoded(picture, as: output, EncodingOptions(software: software)))
        #expect(named.first?.name == "VP8X" && named.last?.name == "EXIF")
        // RFC 9649, 2.7: flags, then the sizes less one.
        #expect(named[0].content == [channels == 4 ? 0x18 : 0x08, 0, 0, 0, 19, 0, 0, 29, 0, 0])
        let text = Array(software.utf8) + [0]
        let place = text.count > 4 ? 26 : 18
        let exif = named.last?.content ?? []
        let head: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x31, 0x01, 2, 0, UInt8(text.count), 0, 0, 0]
        #expect(exif.starts(with: head))
        #expect(exif.count >= place + text.count && Array(exif[place..<place + text.count]) == text)
        let unnamed = chunks(try encoded(picture, as: output))
        #expect(unnamed.allSatisfy { $0.name != "EXIF" })
        #expect(unnamed.last?.content == named.dropLast().last?.content)
    }

    func alpha(_ pixels: [UInt8]) -> [UInt8] {
        stride(from: 3, to: pixels.count, by: 4).map { pixels[$0] }
    }

    func rgb(_ pixels: [UInt8], _ channels: Int) -> [UInt8] {
        pixels.enumerated().filter { $0.offset % channels < 3 }.map(\.element)
    }

    func chunks(_ file: [UInt8]) -> [(name: String, content: [UInt8])] {
        func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(file[at + $1]) << (8 * $1) } }
        #expect(number(4) == file.count - 8)
        var chunks: [(String, [UInt8])] = []
        var at = 12
        while at < file.count {
            let length = number(at + 4)
            chunks.append((String(decoding: file[at..<at + 4], as: UTF8.self), Array(file[at + 8..<at + 8 + length])))
            at += 8 + length + length % 2
        }
        return chunks
    }
}
