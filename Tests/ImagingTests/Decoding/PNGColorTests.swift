import Bytes
import Glibc
import Imaging
import Testing

/// Colors that are described by numbers, against the formulas.
@Suite struct PNGColorTests {
    static let colors: [[UInt8]] = [
        [0, 0, 0], [255, 255, 255], [128, 128, 128], [10, 60, 200], [200, 30, 90], [64, 192, 100], [17, 17, 17],
    ]

    @Test(arguments: [(100_000, 1.0), (55_556, 1.8), (30_000, 1 / 0.3), (250_000, 0.4)])
    func `a gamma without primaries changes the curve alone`(stored: Int, exponent: Double) throws {
        try expect([CraftedFiles.pngChunk("gAMA", CraftedFiles.big32(stored))]) { $0.map { pow($0, exponent) } }
    }

    @Test(arguments: [45_455, 45_000, 47_000, 0, 999])
    func `a gamma near that of sRGB and an impossible one change nothing`(stored: Int) throws {
        let (color, facts) = try decoded([10, 60, 200], [CraftedFiles.pngChunk("gAMA", CraftedFiles.big32(stored))])
        #expect(color == [10, 60, 200])
        #expect(facts.color == .sRGB)
    }

    /// Display P3: the matrix from its light to that of sRGB, from their primaries and D65.
    @Test(arguments: [true, false])
    func `other primaries are converted to those of sRGB`(byCodePoints: Bool) throws {
        let chunk =
            byCodePoints
            ? CraftedFiles.pngChunk("cICP", [12, 13, 0, 1])
            : CraftedFiles.pngChunk(
                "cHRM", [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000].flatMap { CraftedFiles.big32($0) })
        try expect([chunk]) { color in
            let light = color.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
            return [
                1.2249401 * light[0] - 0.2249404 * light[1],
                -0.0420569 * light[0] + 1.0420571 * light[1],
                -0.0196376 * light[0] - 0.0786361 * light[1] + 1.0982735 * light[2],
            ]
        }
    }

    @Test(arguments: [[UInt8](), [1, 2, 3], [0x78, 0x01, 0x00, 0x05, 0x00, 0xfa, 0xff, 1, 2]])
    func `a profile that cannot be unpacked is ignored`(packed: [UInt8]) throws {
        let (color, facts) = try decoded([10, 60, 200], [CraftedFiles.pngChunk("iCCP", Array("x\0\0".utf8) + packed)])
        #expect(color == [10, 60, 200])
        #expect(facts.color == .ignored)
    }

    @Test func `unsupported cICP code points are refused by name`() {
        let table: [([UInt8], ImageError.Reason)] = [
            ([9, 16, 0, 1], .unsupported("high dynamic range")), ([9, 18, 0, 1], .unsupported("high dynamic range")),
            ([2, 13, 0, 1], .unsupported("cICP with primaries 2")),
            ([1, 17, 0, 1], .unsupported("cICP with transfer 17")),
            ([1, 13, 1, 1], .corrupt("cICP does not speak of full RGB")),
            ([1, 13, 0, 0], .corrupt("cICP does not speak of full RGB")),
        ]
        for (points, expected) in table {
            do throws(ImageError) {
                _ = try decoded([1, 2, 3], [CraftedFiles.pngChunk("cICP", points)])
                Issue.record("\(points) was read")
            } catch {
                #expect(error.reason == expected)
            }
        }
    }

    /// What comes after the pixels does not count any more.
    @Test func `a gamma chunk after the pixels is ignored`() throws {
        let pixels = CraftedFiles.pngChunk("IDAT", CraftedFiles.stored([0, 10, 60, 200]))
        let file = CraftedFiles.png(
            width: 1, height: 1, [pixels, CraftedFiles.pngChunk("gAMA", CraftedFiles.big32(100_000))])
        let image = try ImageDecoder.decode(file.span)
        #expect(image.facts.color == .sRGB)
    }

    /// Holds each color against what `light` says: linear red, green and blue of the stored values.
    private func expect(_ chunks: [[UInt8]], light: ([Double]) -> [Double]) throws {
        for stored in Self.colors {
            let (color, facts) = try decoded(stored, chunks)
            #expect(facts.color == .converted)
            let wanted = light(stored.map { Double($0) / 255 }).map { value -> Double in
                let light = min(1, max(0, value))
                return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055)
            }
            for channel in 0..<3 {
                // Little CMS works with 15 bits here.
                #expect(abs(Double(color[channel]) - wanted[channel]) <= 1.6, "\(stored): \(color), not \(wanted)")
            }
        }
    }

    private func decoded(_ color: [UInt8], _ chunks: [[UInt8]]) throws(ImageError) -> ([UInt8], ImageFacts) {
        let file = CraftedFiles.onePixel(color, chunks)
        let image = try ImageDecoder.decode(file.span)
        return ((0..<3).map { image.raster.pixels[$0] }, image.facts)
    }
}
