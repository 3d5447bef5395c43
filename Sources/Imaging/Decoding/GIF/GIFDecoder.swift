internal import Bytes

/// GIF files to pixels: a still picture, or the first frame of an animation on its canvas.
enum GIFDecoder {
    static func decode(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> DecodedImage {
        let layout = try GIFLayout(bytes, limits)
        let frame = layout.frame
        let channels = layout.hasAlpha ? 4 : 3
        try ImageDecoder.checkMemory(
            .gif, layout.width * layout.height * channels + frame.width * frame.height, limits)
        let indices = try GIFPixels.unpack(bytes, frame)
        var raster = Raster(width: layout.width, height: layout.height, channels: channels)
        if frame.width < layout.width || frame.height < layout.height {
            var pixels = raster.mutablePixels
            for i in pixels.indices { pixels[i] = 0 }
        }
        let palette = colors(bytes, layout)
        for stored in 0..<frame.height {
            let y = frame.isInterlaced ? shownRow(stored, of: frame.height) : stored
            var row = raster.mutableRow(frame.top + y)
            for x in 0..<frame.width {
                let color = palette[Int(indices[stored * frame.width + x])]
                let at = (frame.left + x) * channels
                (row[at], row[at + 1], row[at + 2]) = (color.x, color.y, color.z)
                if channels == 4 { row[at + 3] = color.w }
            }
        }
        let facts = ImageFacts(format: .gif, hasAlpha: layout.hasAlpha, orientation: .upright, color: .sRGB)
        return DecodedImage(raster: raster, facts: facts)
    }

    /// The whole palette with opacity. Entries that the file lacks are black.
    private static func colors(_ bytes: Span<UInt8>, _ layout: GIFLayout) -> [SIMD4<UInt8>] {
        var palette = [SIMD4<UInt8>](repeating: SIMD4(0, 0, 0, 255), count: 256)
        for (index, at) in stride(from: layout.frame.colors.lowerBound, to: layout.frame.colors.upperBound, by: 3)
            .enumerated()
        {
            palette[index] = SIMD4(bytes[at], bytes[at + 1], bytes[at + 2], 255)
        }
        if let transparent = layout.transparent { palette[Int(transparent)].w = 0 }
        return palette
    }

    /// The row at which a stored row of an interlaced frame is shown: first each eighth row, then those halfway, and so on.
    private static func shownRow(_ stored: Int, of height: Int) -> Int {
        var before = 0
        for (first, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
            let rows = (height - first + step - 1) / step
            if stored < before + rows { return first + (stored - before) * step }
            before += max(0, rows)
        }
        return stored
    }
}
