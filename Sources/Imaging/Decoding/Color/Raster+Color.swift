internal import Bytes
internal import CShims

extension Raster {
    /// Converts the pixels to sRGB in place. A profile that is broken or of another kind of pixels is ignored, as browsers
    /// do.
    mutating func convertToSRGB(
        from space: borrowing ColorSpace, isGrey: Bool, _ format: ImageFormat
    ) throws(ImageError) -> ImageFacts.ColorHandling {
        let layout = channels == 4 ? OUTPAINT_RGBA : OUTPAINT_RGB
        let count = width * height
        var pixels = mutablePixels
        // In place: each pixel is read before it is written.
        let status = unsafe pixels.withUnsafeMutableBufferPointer { pixels in
            unsafe space.convert(layout, pixels.baseAddress, pixels.baseAddress, count)
        }
        if status == OUTPAINT_NO_SUCH_SPACE && isGrey { return try convertGray(from: space, format) }
        return try ImageFacts.ColorHandling(status, format)
    }

    /// A gray profile turns each gray value into one color.
    private mutating func convertGray(
        from space: borrowing ColorSpace, _ format: ImageFormat
    ) throws(ImageError) -> ImageFacts.ColorHandling {
        let grays = (0...255).map { UInt8($0) }
        var colors = [UInt8](repeating: 0, count: 256 * 3)
        // One byte in and three bytes out for each of 256.
        let status = unsafe grays.withUnsafeBufferPointer { grays in
            unsafe colors.withUnsafeMutableBufferPointer { colors in
                unsafe space.convert(OUTPAINT_GREY, grays.baseAddress, colors.baseAddress, 256)
            }
        }
        let outcome = try ImageFacts.ColorHandling(status, format)
        guard outcome == .converted else { return outcome }
        let step = channels
        var pixels = mutablePixels
        for start in stride(from: 0, to: pixels.count, by: step) {
            let color = Int(pixels[start]) * 3
            for channel in 0..<3 { pixels[start + channel] = colors[color + channel] }
        }
        return outcome
    }

    /// Writes RGB of inverted CMYK into `target`. Without a profile, red is what neither cyan nor black absorb, as in
    /// browsers.
    func convertCMYK(
        from space: borrowing ColorSpace, into target: inout Raster, _ format: ImageFormat
    ) throws(ImageError) -> ImageFacts.ColorHandling {
        let count = width * height
        let source = pixels
        var rgb = target.mutablePixels
        // Four bytes in and three bytes out for each pixel.
        let status = unsafe source.withUnsafeBufferPointer { source in
            unsafe rgb.withUnsafeMutableBufferPointer { rgb in
                unsafe space.convert(OUTPAINT_INVERTED_CMYK, source.baseAddress, rgb.baseAddress, count)
            }
        }
        let outcome = try ImageFacts.ColorHandling(status, format)
        if outcome != .converted {
            for pixel in 0..<count {
                let light = Int(source[pixel &* 4 &+ 3])
                for channel in 0..<3 {
                    let product = Int(source[pixel &* 4 &+ channel]) &* light
                    rgb[pixel &* 3 &+ channel] = UInt8(truncatingIfNeeded: (product &+ 127) / 255)
                }
            }
        }
        return outcome
    }
}

extension ImageFacts.ColorHandling {
    fileprivate init(_ status: outpaint_color_status, _ format: ImageFormat) throws(ImageError) {
        switch status {
        case OUTPAINT_CONVERTED: self = .converted
        case OUTPAINT_IS_SRGB: self = .sRGB
        case OUTPAINT_NO_COLOR_LIBRARY:
            throw ImageError(format, .unsupported("a color profile without liblcms2.so.2"))
        default: self = .ignored
        }
    }
}

extension ColorSpace {
    /// Calls the shim. The addresses must be valid for `count` pixels of the layout and of its target.
    @unsafe fileprivate borrowing func convert(
        _ layout: outpaint_color_layout, _ from: UnsafePointer<UInt8>?, _ to: UnsafeMutablePointer<UInt8>?,
        _ count: Int
    ) -> outpaint_color_status {
        var space = unsafe outpaint_color_space()
        switch self {
        case .sRGB: return OUTPAINT_IS_SRGB
        case .unreadable: return OUTPAINT_NO_SUCH_SPACE
        case .profile(let profile):
            return unsafe profile.bytes.withUnsafeBufferPointer { profile in
                unsafe space.profile = profile.baseAddress
                unsafe space.profile_bytes = profile.count
                return unsafe outpaint_convert_to_srgb(&space, layout, from, to, count)
            }
        case .described(let p, let curve):
            unsafe space.primaries = (p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7])
            unsafe space.exponent = curve.exponent
            unsafe space.scale = curve.scale
            unsafe space.offset = curve.offset
            unsafe space.slope = curve.slope
            unsafe space.threshold = curve.threshold
            return unsafe outpaint_convert_to_srgb(&space, layout, from, to, count)
        }
    }
}
