import Imaging

// A fill works on opaque colors, so transparency is separated from them first.

extension Raster {
    var size: Size { Size(width: width, height: height) }

    /// Whether any pixel is not opaque.
    var hasTransparentPixels: Bool {
        let pixels = pixels
        var at = 3
        var all: UInt8 = 255
        while at < pixels.count {
            all &= pixels[at]
            at &+= 4
        }
        return all != 255
    }

    /// The smallest area that holds all visible pixels; `nil` if there are none.
    var visibleArea: Rect? {
        let pixels = pixels
        var (left, top, right, bottom) = (width, height, 0, 0)
        for y in 0..<height {
            for x in 0..<width where pixels[4 &* (y &* width &+ x) &+ 3] > 0 {
                (left, right) = (min(left, x), max(right, x &+ 1))
                (top, bottom) = (min(top, y), y &+ 1)
            }
        }
        return right > left ? Rect(x: left, y: top, width: right - left, height: bottom - top) : nil
    }

    /// The part of the picture inside `area`.
    func cropped(to area: Rect) -> Raster {
        var part = Raster(width: area.width, height: area.height, channels: channels)
        for y in 0..<area.height {
            let row = row(area.y + y).extracting(area.x * channels..<(area.x + area.width) * channels)
            var target = part.mutableRow(y)
            target.copy(row, to: 0)
        }
        return part
    }

    /// The opaque colors for the fill, and the picture with its transparency if that is kept.
    ///
    /// Without a policy the picture is opaque, and loses its alpha channel if it has one.
    consuming func separated(
        _ transparency: RenderingRequest.Transparency?, _ request: RenderingRequest
    ) -> (opaque: SharedRaster, kept: SharedRaster?) {
        if channels == 3 { return (SharedRaster(self), nil) }
        switch transparency {
        case nil:
            return (SharedRaster(flattened(on: request.encoding.background)), nil)
        case .filled:
            return (SharedRaster(holesFilled()), nil)
        case .kept:
            let flat = SharedRaster(flattened(on: request.encoding.background))
            return request.output.hasTransparency ? (flat, SharedRaster(self)) : (flat, nil)
        }
    }

    /// Every pixel composited over a color.
    func flattened(on background: Color) -> Raster {
        var flat = Raster(width: width, height: height)
        var target = flat.mutablePixels
        let source = pixels
        for i in 0..<width &* height {
            let alpha = Int32(source[4 &* i &+ 3])
            target[3 &* i] = Raster.mixed(source[4 &* i], background.red, alpha)
            target[3 &* i &+ 1] = Raster.mixed(source[4 &* i &+ 1], background.green, alpha)
            target[3 &* i &+ 2] = Raster.mixed(source[4 &* i &+ 2], background.blue, alpha)
        }
        return flat
    }

    /// `front` over `back`, rounded: just `front` where it is opaque.
    @inline(__always)
    static func mixed(_ front: UInt8, _ back: UInt8, _ alpha: Int32) -> UInt8 {
        UInt8(truncatingIfNeeded: (Int32(front) &* alpha &+ Int32(back) &* (255 &- alpha) &+ 127) / 255)
    }
}

extension OutputFormat {
    /// Whether pixels of this format can be transparent.
    var hasTransparency: Bool { format != .jpeg }
}
