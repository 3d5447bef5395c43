internal import CShims

/// WebP files to pixels, by libwebp: a still picture, or the first frame of an animation.
enum WebPDecoder {
    static func decode(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> DecodedImage {
        let layout = try WebPLayout(bytes, limits)
        let space = try layout.space(bytes, limits)
        try ImageDecoder.checkMemory(.webp, layout.decodingBytes, limits)

        var raster = Raster(width: layout.width, height: layout.height, channels: layout.channels)
        try unsafe ImageDecoder.run(.webp, bytes, into: &raster, limits) { file, count, canvas, message in
            unsafe outpaint_webp_decode(file, count, canvas, message)
        }
        let color = try raster.convertToSRGB(from: space, isGrey: false, .webp)
        let facts = ImageFacts(
            format: .webp, hasAlpha: layout.channels == 4, orientation: layout.orientation, color: color)
        return DecodedImage(raster: raster.turned(layout.orientation), facts: facts)
    }
}
