import Imaging
import Testing

@Suite struct RasterTests {
    @Test(arguments: [3, 4])
    func `rows are contiguous`(channels: Int) {
        var raster = Raster(width: 5, height: 3, channels: channels)
        for y in 0..<3 {
            var row = raster.mutableRow(y)
            for i in 0..<5 * channels { row[i] = UInt8(y * 100 + i) }
        }
        let (count, rowBytes) = (raster.pixels.count, raster.rowBytes)
        #expect(count == 15 * channels)
        #expect(rowBytes == 5 * channels)
        for y in 0..<3 {
            let (first, last) = (raster.row(y)[0], raster.pixels[(y + 1) * rowBytes - 1])
            #expect(first == UInt8(y * 100))
            #expect(last == UInt8(y * 100 + rowBytes - 1))
        }
    }

    @Test func `a shared raster holds the same pixels`() {
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6]
        let shared = SharedRaster(Raster(width: 1, height: 2, pixels: bytes.span))
        let (whole, second) = (shared.pixels[5], shared.row(1)[0])
        #expect(whole == 6 && second == 4)
        #expect(shared.width == 1 && shared.height == 2 && shared.channels == 3)
    }
}
