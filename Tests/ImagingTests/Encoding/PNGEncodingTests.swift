import Bytes
import Imaging
import Parallel
import Testing

@Suite struct PNGEncodingTests {
    @Test(arguments: 1...70)
    func `every narrow width decodes to the same pixels`(width: Int) throws {
        for channels in 3...4 {
            for (kind, height) in [(TestPicture.Kind.noise, 5), (.flat, 9), (.photograph, 3), (.gradient, 1)] {
                let picture = TestPicture(kind, width, height, channels: channels)
                try expectTheSame(picture)
            }
        }
    }

    static let pictures: [TestPicture] = TestPicture.Kind.allCases.flatMap { kind in
        [(1, 1), (1, 300), (300, 1), (7, 511), (129, 65), (300, 301)].flatMap { width, height in
            [3, 4].map { TestPicture(kind, width, height, channels: $0) }
        }
    }

    @Test(arguments: pictures)
    func `every kind of raster decodes to the same pixels`(picture: TestPicture) throws {
        try expectTheSame(picture)
    }

    @Test func `a row as large as a band decodes to the same pixels`() throws {
        try expectTheSame(TestPicture(.photograph, 65_535, 3, channels: 4))
        try expectTheSame(TestPicture(.noise, 60_000, 2))
    }

    /// Decodes by our own reader and by libpng, and takes the chunks apart.
    func expectTheSame(_ picture: TestPicture) throws {
        let file = try encoded(picture, as: .png)
        let back = try decoded(file)
        #expect(back.width == picture.width && back.height == picture.height && back.channels == picture.channels)
        // Compared outside of the macro: showing the difference of two long arrays takes minutes.
        let isSame = back.pixels == picture.pixels
        let isSameByLibrary = byLibPNG(file, picture) == picture.pixels
        #expect(isSame && isSameByLibrary, "\(picture.testDescription)")
        let chunks = try #require(PNGFile(file)).chunks.map(\.type)
        #expect(chunks.first == "IHDR" && chunks.last == "IEND")
        #expect(chunks.dropFirst().dropLast().allSatisfy { $0 == "IDAT" })
    }

    @Test(arguments: TestPicture.Kind.allCases)
    func `bytes do not depend on the number of workers`(kind: TestPicture.Kind) throws {
        // Five bands.
        let picture = TestPicture(kind, 640, 650)
        let alone = try encoded(picture, as: .png)
        for count in 2...4 {
            let isSame = try encoded(picture, as: .png, on: ComputePool(count: count)) == alone
            #expect(isSame, "\(count) workers")
        }
    }

    @Test func `an encoder keeps no state from one file to the next`() throws {
        let pictures = [
            TestPicture(.photograph, 640, 900), TestPicture(.text, 500, 300, channels: 4), TestPicture(.noise, 30, 7),
            TestPicture(.photograph, 640, 900, seed: 2),
        ]
        var encoder = ImageEncoder()
        for picture in pictures + pictures.reversed() {
            var file = ByteBuffer()
            try encoder.encode(picture, as: .png, into: &file)
            let isFresh = array(file.bytes) == (try encoded(picture, as: .png))
            #expect(isFresh, "\(picture.testDescription)")
        }
    }

    /// Two bands and two workers: each begins the next picture where either may have left the last one.
    @Test func `workers keep no state from one file to the next`() throws {
        let pictures = (1...2).map { TestPicture(.photograph, 640, 200, seed: $0) }
        let fresh = try pictures.map { try encoded($0, as: .png) }
        let crew = ComputePool(count: 2)
        var encoder = ImageEncoder()
        for turn in 0..<20 {
            var file = ByteBuffer()
            try encoder.encode(pictures[turn % 2], as: .png, on: crew, into: &file)
            let isFresh = array(file.bytes) == fresh[turn % 2]
            #expect(isFresh, "turn \(turn)")
        }
    }

    /// Any zlib reader accepts the stream: its checksum is that of all filtered rows.
    @Test func `the deflate stream is complete`() throws {
        let picture = TestPicture(.photograph, 300, 700)
        let file = try #require(PNGFile(try encoded(picture, as: .png)))
        let rows = try #require(inflated(file.data, count: 700 * 901))
        #expect(rows.count == 700 * 901)
        #expect((0..<700).allSatisfy { rows[$0 * 901] == 4 })
    }

    @Test func `noise is stored uncompressed`() throws {
        let picture = TestPicture(.noise, 400, 400)
        let file = try encoded(picture, as: .png)
        #expect(file.count < 400 * 1201 + 400)
    }

    @Test func `repetitive bands are searched for matches`() throws {
        let picture = TestPicture(.text, 600, 600)
        let file = try encoded(picture, as: .png)
        // A Huffman code and runs of zeros alone take 180 thousand.
        #expect(file.count < 25_000)
    }

    @Test func `flat canvases make small files`() throws {
        let file = try encoded(TestPicture(.flat, 1024, 1024), as: .png)
        #expect(file.count < 10_000)
    }

    @Test func `a text chunk names the software when asked`() throws {
        let picture = TestPicture(.flat, 8, 8)
        let named = try #require(PNGFile(encoded(picture, as: .png, EncodingOptions(software: "a \u{e9}mulator"))))
        #expect(named.chunks.map(\.type) == ["IHDR", "tEXt", "IDAT", "IDAT", "IEND"])
        #expect(named.chunks[1].content == Array("Software\0a ".utf8) + [0xe9] + Array("mulator".utf8))
        let unnamed = try #require(PNGFile(encoded(picture, as: .png)))
        #expect(unnamed.chunks.map(\.type) == ["IHDR", "IDAT", "IDAT", "IEND"])
    }
}
