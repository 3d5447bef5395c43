import Imaging

/// A watermark: a small picture with transparency, its position and its opacity.
public struct Watermark: Sendable {
    /// In RGBA.
    private let mark: SharedRaster
    private let placing: Placing
    /// From 0 to 255.
    private let opacity: Int32

    /// Where marks go.
    public struct Placing: Hashable, Sendable {
        /// From -1, left or top, to 1, right or bottom.
        public var horizontal: Int
        public var vertical: Int
        /// All over the picture, one beside the other.
        public var isTiled: Bool

        public init(horizontal: Int, vertical: Int, isTiled: Bool = false) {
            (self.horizontal, self.vertical, self.isTiled) = (horizontal, vertical, isTiled)
        }
    }

    /// A watermark of a rendered mark; opacity is in hundredths.
    init(_ mark: consuming Raster, _ placing: Placing, opacity: Int) {
        precondition(mark.channels == 4)
        self.mark = SharedRaster(mark)
        (self.placing, self.opacity) = (placing, Int32(opacity * 255 / 100))
    }

    /// Lays the mark over rows of a canvas, which `pixels` holds.
    func composite(
        over pixels: inout MutableSpan<UInt8>, rows: Range<Int>, of canvas: Size, channels: Int
    ) {
        for top in places(mark.height, in: canvas.height, placing.vertical) {
            let visible = rows.clamped(to: max(0, top)..<max(0, min(canvas.height, top + mark.height)))
            if visible.isEmpty { continue }
            for left in places(mark.width, in: canvas.width, placing.horizontal) {
                for y in visible {
                    let start = (y - rows.lowerBound) * canvas.width
                    composite(mark.row(y - top), at: left, over: &pixels, from: start, width: canvas.width, channels)
                }
            }
        }
    }

    private func composite(
        _ row: Span<UInt8>, at left: Int, over pixels: inout MutableSpan<UInt8>, from start: Int, width: Int,
        _ channels: Int
    ) {
        for x in max(0, -left)..<max(0, -left, min(mark.width, width - left)) {
            let alpha = (Int32(row[4 &* x &+ 3]) &* opacity &+ 127) / 255
            if alpha == 0 { continue }
            let at = (start &+ left &+ x) &* channels
            if channels == 4, pixels[at &+ 3] < 255 {
                compositeOverTransparency(row, 4 &* x, alpha, &pixels, at)
            } else {
                for k in 0..<3 { pixels[at &+ k] = Raster.mixed(row[4 &* x &+ k], pixels[at &+ k], alpha) }
            }
        }
    }

    /// Weights the pixel's own color by its opacity.
    private func compositeOverTransparency(
        _ row: Span<UInt8>, _ from: Int, _ alpha: Int32, _ pixels: inout MutableSpan<UInt8>, _ at: Int
    ) {
        let (over, under) = (alpha &* 255, (255 &- alpha) &* Int32(pixels[at &+ 3]))
        let sum = over &+ under
        for k in 0..<3 {
            let mixed = Int32(row[from &+ k]) &* over &+ Int32(pixels[at &+ k]) &* under
            pixels[at &+ k] = UInt8((mixed &+ sum / 2) / sum)
        }
        pixels[at &+ 3] = UInt8((sum &+ 127) / 255)
    }

    /// Where marks begin along a side. One alone keeps a thirty-second of the side from the border; tiles have a half of
    /// their own length between them.
    private func places(_ length: Int, in side: Int, _ direction: Int) -> [Int] {
        guard placing.isTiled else {
            let margin = min(side / 32, max(0, side - length) / 2)
            return [direction < 0 ? margin : direction > 0 ? side - length - margin : (side - length) / 2]
        }
        let step = length + max(1, length / 2)
        return Array(stride(from: (side % step - length) / 2, to: side, by: step))
    }
}
