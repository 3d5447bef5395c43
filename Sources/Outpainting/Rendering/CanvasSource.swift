import Imaging

/// A planned canvas as a source of the encoder: row by row, and with transparency where the reference had some.
struct CanvasSource: PixelSource {
    /// The reference with its transparency, and where it lies.
    struct TransparentReference: Sendable {
        let raster: SharedRaster
        let place: Rect
    }

    private let plan: any FillPlan
    private let kept: TransparentReference?

    init(_ plan: any FillPlan, _ kept: TransparentReference?) {
        (self.plan, self.kept) = (plan, kept)
    }

    var width: Int { plan.canvas.width }
    var height: Int { plan.canvas.height }
    var channels: Int { kept == nil ? 3 : 4 }

    func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
        guard let kept else { return plan.paint(rows, into: &pixels) }
        var opaque = Raster(width: width, height: rows.count)
        var colors = opaque.mutablePixels
        plan.paint(rows, into: &colors)
        for i in 0..<width * rows.count {
            for k in 0..<3 { pixels[4 * i + k] = colors[3 * i + k] }
            pixels[4 * i + 3] = 255
        }
        for y in rows.clamped(to: kept.place.y..<kept.place.bottom) {
            pixels.copy(kept.raster.row(y - kept.place.y), to: 4 * ((y - rows.lowerBound) * width + kept.place.x))
        }
    }
}
