import Bytes
import Imaging
import TestSupport
import Testing

/// The fast path compared with libpng, which decodes if the memory limit just fits the pixels.
@Suite struct PNGFastPathTests {
    @Test(arguments: [2, 6] as [UInt8], [1, 2, 3, 4, 5, 17, 40])
    func `the fast path gives the pixels of libpng for filters in any order`(color: UInt8, width: Int) throws {
        let channels = color == 2 ? 3 : 4
        var random = Seeded(UInt64(width * 10 + channels))
        for height in [1, 2, 3, 8] {
            for round in 0..<6 {
                var rows: [UInt8] = []
                for _ in 0..<height {
                    // Rows with Paeth's filter are undone in groups, so most rows use it.
                    rows.append(UInt8([4, 4, 4, 1, 2, 3, 0].randomElement(using: &random)!))
                    // Small steps, large ones, and any.
                    let bound: UInt64 = [4, 256, 128][round % 3]
                    for _ in 0..<width * channels { rows.append(UInt8(truncatingIfNeeded: random.next() % bound)) }
                }
                let pixels = CraftedFiles.pngChunk("IDAT", CraftedFiles.stored(rows))
                let file = CraftedFiles.png(width: width, height: height, color: color, [pixels])
                var limits = ImageLimits()
                let short = try ImageDecoder.decode(file.span).takeRaster()
                limits.memory = width * height * channels
                let long = try ImageDecoder.decode(file.span, limits: limits).takeRaster()
                let same = short.pixels.equals(long.pixels)
                #expect(same, "\(height) rows, round \(round)")
            }
        }
    }
}
