import Imaging

// Fills transparent parts of a reference from the pixels around them.

extension Raster {
    /// Every pixel composited over colors that spread from the opaque pixels around it.
    ///
    /// The picture is halved again and again, a block's color being the mean of its pixels weighted by their opacity; on
    /// the way back each pixel lies on the colors of the blocks around it, mixed by their nearness. Large holes become
    /// smooth, small ones close without a trace.
    func holesFilled() -> Raster {
        var levels = [HoleLevel(self)]
        while let last = levels.last, last.width > 1 || last.height > 1 { levels.append(last.halved()) }
        for k in stride(from: levels.count - 2, through: 0, by: -1) { levels[k].composite(over: levels[k + 1]) }
        var filled = Raster(width: width, height: height)
        levels[0].write(to: &filled)
        return filled
    }
}

/// One size of the picture: colors multiplied by their weight, and weights from 0 to 255.
private struct HoleLevel {
    let width: Int
    let height: Int
    private var colors: [SIMD4<Int32>]

    init(_ raster: borrowing Raster) {
        (width, height) = (raster.width, raster.height)
        colors = []
        colors.reserveCapacity(width * height)
        let pixels = raster.pixels
        for i in 0..<width * height {
            let alpha = Int32(pixels[4 * i + 3])
            let (red, green, blue) = (Int32(pixels[4 * i]), Int32(pixels[4 * i + 1]), Int32(pixels[4 * i + 2]))
            colors.append(SIMD4(red &* alpha, green &* alpha, blue &* alpha, alpha))
        }
    }

    private init(width: Int, height: Int, colors: [SIMD4<Int32>]) {
        (self.width, self.height, self.colors) = (width, height, colors)
    }

    func halved() -> HoleLevel {
        let (w, h) = ((width + 1) / 2, (height + 1) / 2)
        var half: [SIMD4<Int32>] = []
        half.reserveCapacity(w * h)
        for y in 0..<h {
            for x in 0..<w {
                var sum = SIMD4<Int32>.zero
                for (i, j) in [(0, 0), (1, 0), (0, 1), (1, 1)] where 2 * x + i < width && 2 * y + j < height {
                    sum &+= colors[(2 * y + j) * width + 2 * x + i]
                }
                half.append(HoleLevel.normalized(sum))
            }
        }
        return HoleLevel(width: w, height: h, colors: half)
    }

    /// A weight of at most 255, with the same color.
    private static func normalized(_ sum: SIMD4<Int32>) -> SIMD4<Int32> {
        guard sum.w > 255 else { return sum }
        let color = SIMD4((sum.x + sum.w / 2) / sum.w, (sum.y + sum.w / 2) / sum.w, (sum.z + sum.w / 2) / sum.w, 1)
        return color &* 255
    }

    /// Composites every pixel over the colors of the nearest four blocks, which are complete already.
    mutating func composite(over coarser: HoleLevel) {
        for y in 0..<height {
            for x in 0..<width {
                let own = colors[y * width + x]
                if own.w == 255 { continue }
                let below = coarser.color(around: x, y)
                let left = 255 &- own.w
                colors[y * width + x] = SIMD4(
                    own.x &+ below.x &* left, own.y &+ below.y &* left, own.z &+ below.z &* left, 255)
            }
        }
    }

    /// The color at a pixel of the next finer level: its block counts nine parts, the nearest beside it three each, and the
    /// nearest across the corner one.
    private func color(around x: Int, _ y: Int) -> SIMD4<Int32> {
        let (column, row) = (x / 2, y / 2)
        let beside = min(max(column + (x % 2 == 0 ? -1 : 1), 0), width - 1)
        let above = min(max(row + (y % 2 == 0 ? -1 : 1), 0), height - 1)
        let sum =
            color(column, row) &* 9 &+ color(beside, row) &* 3 &+ color(column, above) &* 3 &+ color(beside, above)
        return (sum &+ 8) &>> 4
    }

    /// The color of a pixel; black in a fully transparent picture.
    private func color(_ x: Int, _ y: Int) -> SIMD4<Int32> {
        let own = colors[y * width + x]
        if own.w == 0 { return .zero }
        let half = own.w / 2
        return SIMD4((own.x + half) / own.w, (own.y + half) / own.w, (own.z + half) / own.w, 0)
    }

    func write(to raster: inout Raster) {
        var pixels = raster.mutablePixels
        for i in 0..<width * height {
            let own = colors[i]
            for (k, value) in [own.x, own.y, own.z].enumerated() {
                pixels[3 * i + k] = own.w == 0 ? 0 : UInt8(clamping: (value + own.w / 2) / own.w)
            }
        }
    }
}
