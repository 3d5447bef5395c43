import Imaging

/// A picture with a watermark, composited as its rows are painted.
struct WatermarkedSource<Base: PixelSource>: PixelSource {
    let base: Base
    let watermark: Watermark

    var width: Int { base.width }
    var height: Int { base.height }
    var channels: Int { base.channels }

    func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
        base.paint(rows, into: &pixels)
        watermark.composite(over: &pixels, rows: rows, of: Size(width: width, height: height), channels: channels)
    }
}
