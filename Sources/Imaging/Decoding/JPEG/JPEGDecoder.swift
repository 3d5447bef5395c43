internal import Bytes
internal import CShims

/// JPEG files to pixels, by libjpeg-turbo.
enum JPEGDecoder {
    static func decode(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> DecodedImage {
        let layout = try JPEGLayout(bytes, through: .end)
        try layout.check(bytes, limits)
        let space = try layout.profile.space(bytes, limits)
        let frame = layout.frame
        let isCMYK = frame.components.count == 4
        let (rasters, coefficients) = memory(layout)
        try ImageDecoder.checkMemory(.jpeg, rasters + coefficients, limits)

        var raster = Raster(width: frame.width, height: frame.height, channels: isCMYK ? 4 : 3)
        let besides = limits.memory - rasters
        try unsafe ImageDecoder.run(.jpeg, bytes, into: &raster, limits) { file, count, canvas, message in
            unsafe outpaint_jpeg_decode(file, count, canvas, besides, message)
        }
        let color: ImageFacts.ColorHandling
        if isCMYK {
            var converted = Raster(width: frame.width, height: frame.height)
            color = try raster.convertCMYK(from: space, into: &converted, .jpeg)
            raster = converted
        } else {
            color = try raster.convertToSRGB(from: space, isGrey: frame.components.count == 1, .jpeg)
        }
        let facts = ImageFacts(format: .jpeg, hasAlpha: false, orientation: layout.orientation, color: color)
        return DecodedImage(raster: raster.turned(layout.orientation), facts: facts)
    }

    /// Bytes in use at once: stored pixels with RGB or turned ones, and coefficients that the library keeps for several scans.
    private static func memory(_ layout: JPEGLayout) -> (rasters: Int, coefficients: Int) {
        (layout.rasterBytes, layout.scans > 1 || layout.frame.isProgressive ? layout.coefficientBytes : 0)
    }
}
