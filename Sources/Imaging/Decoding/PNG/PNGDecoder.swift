internal import CShims

/// PNG files to pixels, by libpng or, for common pictures, by `PNGFastPath`.
enum PNGDecoder {
    static func decode(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> DecodedImage {
        let layout = try PNGLayout(bytes, limits)
        let space = try layout.color.space(bytes, limits)
        var raster = try pixels(bytes, layout, limits)
        let isGrey = layout.header.color == .gray || layout.header.color == .greyAlpha
        let color = try raster.convertToSRGB(from: space, isGrey: isGrey, .png)
        let facts = ImageFacts(format: .png, hasAlpha: layout.hasAlpha, orientation: .upright, color: color)
        return DecodedImage(raster: raster, facts: facts)
    }

    /// The pixels as they are stored, 8 bits a sample.
    private static func pixels(
        _ bytes: Span<UInt8>, _ layout: PNGLayout, _ limits: ImageLimits
    ) throws(ImageError) -> Raster {
        let header = layout.header
        let channels = layout.hasAlpha ? 4 : 3
        let size = header.width * header.height * channels
        try ImageDecoder.checkMemory(.png, size, limits)
        if let way = PNGFastPath(layout), way.memory <= limits.memory, let raster = way.decode(bytes) { return raster }
        return try decodeWithLibrary(bytes, layout, limits)
    }

    /// Decodes with libpng, whose verdict counts.
    static func decodeWithLibrary(
        _ bytes: Span<UInt8>, _ layout: PNGLayout, _ limits: ImageLimits
    ) throws(ImageError) -> Raster {
        var raster = Raster(
            width: layout.header.width, height: layout.header.height, channels: layout.hasAlpha ? 4 : 3)
        try unsafe ImageDecoder.run(.png, bytes, into: &raster, limits) { file, count, canvas, message in
            unsafe outpaint_png_decode(file, count, canvas, message)
        }
        return raster
    }
}
