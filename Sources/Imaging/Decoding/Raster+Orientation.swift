extension Raster {
    /// The upright picture of these stored rows.
    consuming func turned(_ orientation: ImageOrientation) -> Raster {
        guard orientation != .upright else { return self }
        let (columns, rows) = (width, height)
        var target = Raster(
            width: orientation.swapsSides ? rows : columns, height: orientation.swapsSides ? columns : rows,
            channels: channels)
        // Where the first stored pixel goes, and the distances to the next pixel of its row and of its column.
        let (right, down) = (channels, target.rowBytes)
        let (lastColumn, lastRow) = ((target.width - 1) * right, (target.height - 1) * down)
        let (start, across, along): (Int, Int, Int) =
            switch orientation {
            case .upright: (0, right, down)
            case .mirrored: (lastColumn, -right, down)
            case .upsideDown: (lastColumn + lastRow, -right, -down)
            case .mirroredUpsideDown: (lastRow, right, -down)
            case .transposed: (0, down, right)
            case .turnedRight: (lastColumn, down, -right)
            case .transversed: (lastColumn + lastRow, -down, -right)
            case .turnedLeft: (lastRow, -down, right)
            }
        if channels == 3 {
            scatter(into: &target, start, across, along, three: true)
        } else {
            scatter(into: &target, start, across, along, three: false)
        }
        return target
    }

    /// Copies tile after tile, so that columns of the target stay in the cache while they are written.
    @inline(__always)
    private borrowing func scatter(into target: inout Raster, _ start: Int, _ across: Int, _ along: Int, three: Bool) {
        let tile = 32
        let size = three ? 3 : 4
        let (width, height) = (width, height)
        let source = pixels
        var pixels = target.mutablePixels
        for top in stride(from: 0, to: height, by: tile) {
            for left in stride(from: 0, to: width, by: tile) {
                let right = min(left &+ tile, width)
                for y in top..<min(top &+ tile, height) {
                    var from = (y &* width &+ left) &* size
                    var to = start &+ y &* along &+ left &* across
                    for _ in left..<right {
                        pixels[to] = source[from]
                        pixels[to &+ 1] = source[from &+ 1]
                        pixels[to &+ 2] = source[from &+ 2]
                        if !three { pixels[to &+ 3] = source[from &+ 3] }
                        from &+= size
                        to &+= across
                    }
                }
            }
        }
    }
}
