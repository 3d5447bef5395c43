import Bytes
import Imaging
import Testing

@Suite struct JPEGEncodingTests {
    @Test(arguments: [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 70], [1, 8, 33, 65, 100])
    func `every size decodes to nearly the same pixels`(width: Int, height: Int) throws {
        let picture = TestPicture(.gradient, width, height)
        for quality in [80, 95] {
            let back = try decoded(encoded(picture, as: .jpeg(quality: quality)))
            #expect(back.width == width && back.height == height && back.channels == 3)
            let (greatest, mean) = difference(back.pixels, picture.pixels)
            #expect(greatest < 24 && mean < 3, "quality \(quality): \(greatest), \(mean)")
        }
    }

    @Test func `a higher quality takes more bytes`() throws {
        let picture = TestPicture(.photograph, 200, 150)
        let sizes = try [1, 30, 60, 89, 90, 95, 100].map { try encoded(picture, as: .jpeg(quality: $0)).count }
        #expect(sizes == sizes.sorted() && Set(sizes).count == sizes.count)
    }

    @Test(arguments: [(89, [0x22, 0x11, 0x11]), (90, [0x11, 0x11, 0x11]), (95, [0x11, 0x11, 0x11])])
    func `chroma is subsampled below quality 90`(quality: Int, sampling: [UInt8]) throws {
        let segments = try segments(encoded(TestPicture(.photograph, 40, 40), as: .jpeg(quality: quality)))
        // ISO/IEC 10918-1, B.2.2: precision, height, width and number of components, then three bytes each.
        let frame = try #require(segments.first { $0.code == 0xc0 }).content
        #expect([frame[7], frame[10], frame[13]] == sampling)
    }

    @Test func `transparent pixels are laid on the background`() throws {
        // Left transparent, in the middle half, right opaque.
        let pixels: [UInt8] = (0..<48 * 16).flatMap { i -> [UInt8] in
            [200, 40, 0, [0, 128, 255][i % 48 / 16]]
        }
        let picture = SharedRaster(Raster(width: 48, height: 16, channels: 4, pixels: pixels.span))
        let background = Color(red: 0, green: 240, blue: 100)
        let back = try decoded(encoded(picture, as: .jpeg(), EncodingOptions(background: background)))
        let expected: [[Int]] = [[0, 240, 100], [100, 140, 50], [200, 40, 0]]
        for (part, color) in expected.enumerated() {
            let at = (8 * 48 + part * 16 + 8) * 3
            let found = back.pixels[at..<at + 3].map(Int.init)
            #expect(zip(found, color).allSatisfy { abs($0 - $1) <= 3 }, "\(found), not \(color)")
        }
        let white = try decoded(encoded(picture, as: .jpeg()))
        #expect(white.pixels[(8 * 48 + 4) * 3] == 255)
    }

    @Test func `a comment names the software when asked`() throws {
        let picture = TestPicture(.flat, 8, 8)
        let named = try segments(encoded(picture, as: .jpeg(), EncodingOptions(software: "an emulator")))
        #expect(named.filter { $0.code == 0xfe }.map(\.content) == [Array("an emulator".utf8)])
        let unnamed = try segments(encoded(picture, as: .jpeg()))
        #expect(unnamed.allSatisfy { $0.code != 0xfe })
    }

    @Test func `an encoder writes a second file`() throws {
        var encoder = ImageEncoder()
        for picture in [
            TestPicture(.photograph, 90, 70), TestPicture(.noise, 33, 200, channels: 4), TestPicture(.flat, 1, 1),
        ] {
            for quality in [50, 95] {
                var file = ByteBuffer()
                try encoder.encode(picture, as: .jpeg(quality: quality), into: &file)
                let isFresh = array(file.bytes) == (try encoded(picture, as: .jpeg(quality: quality)))
                #expect(isFresh)
            }
        }
    }

    /// Noise at full quality takes as many bytes as a JPEG can: the room given must hold them.
    @Test func `incompressible pixels fit the output buffer`() throws {
        for (width, height) in [(1, 1), (16, 16), (17, 65), (300, 70)] {
            let back = try decoded(encoded(TestPicture(.noise, width, height), as: .jpeg(quality: 100)))
            #expect(back.width == width && back.height == height)
        }
    }

    /// The segments before the scan.
    func segments(_ file: [UInt8]) -> [(code: UInt8, content: [UInt8])] {
        var segments: [(UInt8, [UInt8])] = []
        var at = 2
        while file[at + 1] != 0xda {
            let length = Int(file[at + 2]) << 8 | Int(file[at + 3])
            segments.append((file[at + 1], Array(file[at + 4..<at + 2 + length])))
            at += 2 + length
        }
        return segments
    }
}
