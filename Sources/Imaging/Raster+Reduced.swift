extension Raster {
    /// The picture scaled down: each pixel is the mean of the area it covers, weighted by opacity.
    public borrowing func reduced(toWidth newWidth: Int, height newHeight: Int) -> Raster {
        precondition(newWidth > 0 && newHeight > 0 && newWidth <= width && newHeight <= height)
        let columns = Share.all(of: width, in: newWidth)
        let rows = Share.all(of: height, in: newHeight)
        var result = Raster(width: newWidth, height: newHeight, channels: channels)
        var sums = [SIMD4<Float>](repeating: .zero, count: newWidth)
        for y in 0..<newHeight {
            for x in 0..<newWidth { sums[x] = .zero }
            for (line, weight) in rows[y].parts {
                let row = row(line)
                for x in 0..<newWidth {
                    var sum = SIMD4<Float>.zero
                    for (column, share) in columns[x].parts { sum += Raster.weighted(row, column, channels) * share }
                    sums[x] += sum * weight
                }
            }
            var target = result.mutableRow(y)
            for x in 0..<newWidth { Raster.put(sums[x], in: &target, x, channels) }
        }
        return result
    }

    /// A pixel's color times its opacity, and that.
    @inline(__always)
    private static func weighted(_ row: Span<UInt8>, _ x: Int, _ channels: Int) -> SIMD4<Float> {
        let at = x &* channels
        let alpha = channels == 4 ? Float(row[at &+ 3]) / 255 : 1
        return SIMD4(Float(row[at]) * alpha, Float(row[at &+ 1]) * alpha, Float(row[at &+ 2]) * alpha, alpha)
    }

    @inline(__always)
    private static func put(_ sum: SIMD4<Float>, in row: inout MutableSpan<UInt8>, _ x: Int, _ channels: Int) {
        let color = sum.w > 0 ? sum / sum.w : .zero
        for k in 0..<3 { row[x &* channels &+ k] = UInt8(min(255, max(0, color[k].rounded()))) }
        if channels == 4 { row[x &* 4 &+ 3] = UInt8(min(255, max(0, (sum.w * 255).rounded()))) }
    }
}

/// The old pixels that a new one covers along one side, and the weight of each.
private struct Share {
    var parts: [(index: Int, weight: Float)] = []

    static func all(of old: Int, in new: Int) -> [Share] {
        (0..<new).map { place in
            // In units of which an old pixel has `new` and a new one `old`, so that all lengths are integers.
            let (start, end) = (place * old, (place + 1) * old)
            var share = Share()
            for index in start / new...(end - 1) / new {
                let covered = min(end, (index + 1) * new) - max(start, index * new)
                share.parts.append((index, Float(covered) / Float(old)))
            }
            return share
        }
    }
}
