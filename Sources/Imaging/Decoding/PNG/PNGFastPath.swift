internal import Bytes
internal import CShims

/// The short way for pictures of 8-bit RGB or RGBA that are not interlaced: the whole stream is unpacked at once, then
/// its filters are undone. It takes less than half of libpng's time. Whatever is unusual or wrong goes to libpng,
/// which then says what.
enum PNGFastPath {
    /// Whether a picture is of the kind.
    static func takes(_ layout: PNGLayout) -> Bool {
        let header = layout.header
        return header.depth == 8 && !header.interlaced && !layout.hasTransparency && !layout.hasPalette
            && (header.color == .rgb || header.color == .rgba)
            // Larger ones would no longer fit caches halfway, and twice their memory is much.
            && header.filteredBytes <= 64 << 20
    }

    /// Bytes needed besides the pixels.
    static func memory(_ layout: PNGLayout) -> Int {
        layout.header.filteredBytes + (layout.data.count > 1 ? layout.dataBytes : 0)
    }

    /// The pixels, or `nil` for a file that is not in order.
    static func decode(_ bytes: Span<UInt8>, _ layout: PNGLayout) -> Raster? {
        let header = layout.header
        var filtered = ByteBuffer()
        guard unpack(bytes, layout, into: &filtered), filtered.count == header.filteredBytes else { return nil }
        var raster = Raster(width: header.width, height: header.height, channels: header.color.samples)
        let (width, height, channels) = (UInt32(raster.width), UInt32(raster.height), UInt32(raster.channels))
        var pixels = raster.mutablePixels
        // There are as many filtered bytes as the canvas has, and one more in each row.
        let isWhole = unsafe filtered.bytes.withUnsafeBufferPointer { filtered in
            unsafe pixels.withUnsafeMutableBufferPointer { pixels in
                var canvas = unsafe outpaint_canvas(
                    pixels: pixels.baseAddress, width: width, height: height, channels: channels)
                return unsafe outpaint_png_unfilter(filtered.baseAddress, &canvas) != 0
            }
        }
        guard isWhole else { return nil }
        return raster
    }

    private static func unpack(_ bytes: Span<UInt8>, _ layout: PNGLayout, into filtered: inout ByteBuffer) -> Bool {
        let limit = layout.header.filteredBytes
        if layout.data.count == 1 {
            return Inflate.unpack(bytes.extracting(layout.data[0]), upTo: limit, into: &filtered) == .whole
        }
        var packed = ByteBuffer(capacity: layout.dataBytes)
        for piece in layout.data { packed.append(bytes.extracting(piece)) }
        return Inflate.unpack(packed.bytes, upTo: limit, into: &filtered) == .whole
    }
}
