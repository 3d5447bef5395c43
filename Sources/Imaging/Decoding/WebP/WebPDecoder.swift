internal import CShims

/// WebP files to pixels, by libwebp: a still picture, or the first frame of an animation.
enum WebPDecoder {
    static func decode(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> DecodedImage {
        let layout = try WebPLayout(bytes, limits)
        let space = try layout.space(bytes, limits)
        // A frame may leave part of its canvas empty.
        let hasAlpha = layout.hasAlpha || layout.isAnimated
        let pixels = layout.width * layout.height
        let channels = hasAlpha ? 4 : 3
        // The library keeps four bytes a pixel of a lossless picture, and one of a lossy picture's alpha.
        let turned = layout.orientation == .upright ? 0 : pixels * channels
        try ImageDecoder.checkMemory(.webp, pixels * (channels + 4) + turned, limits)

        var raster = Raster(width: layout.width, height: layout.height, channels: channels)
        try unsafe ImageDecoder.run(.webp, bytes, into: &raster, limits) { file, count, canvas, message in
            unsafe outpaint_webp_decode(file, count, canvas, message)
        }
        let color = try raster.convertToSRGB(from: space, isGrey: false, .webp)
        let facts = ImageFacts(format: .webp, hasAlpha: hasAlpha, orientation: layout.orientation, color: color)
        return DecodedImage(raster: raster.turned(layout.orientation), facts: facts)
    }
}
