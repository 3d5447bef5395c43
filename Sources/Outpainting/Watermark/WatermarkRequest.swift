internal import Bytes
public import Imaging

/// A requested watermark, before the canvas is known.
public struct WatermarkRequest: Sendable {
    public var content: Content
    public var placing: Watermark.Placing
    /// In hundredths.
    public var opacity: Int

    public enum Content: Sendable {
        /// A line of text in a font's file, on a box if that has a color.
        case text(String, font: String, color: Color, box: Color?)
        case picture(SharedRaster)
    }

    public init(_ content: Content, _ placing: Watermark.Placing, opacity: Int) {
        (self.content, self.placing, self.opacity) = (content, placing, opacity)
    }

    /// A picture made as small as it would be as a mark on a canvas, so that no more of it has to be kept.
    public static func fitted(_ picture: consuming Raster, for canvas: Size) -> SharedRaster {
        guard let size = size(of: Size(width: picture.width, height: picture.height), for: canvas) else {
            return SharedRaster(picture)
        }
        return SharedRaster(picture.reduced(toWidth: size.width, height: size.height))
    }

    /// The mark for a canvas: a text a sixteenth of its shorter side high, a picture at most a quarter of its sides.
    func watermark(for canvas: Size) throws(RenderingError) -> Watermark {
        switch content {
        case .text(let text, let font, let color, let box):
            Watermark(
                try WatermarkRequest.mark(text, font, color, box, for: canvas), placing, opacity: opacity)
        case .picture(let picture):
            Watermark(WatermarkRequest.mark(picture, for: canvas), placing, opacity: opacity)
        }
    }

    private static func mark(
        _ text: String, _ font: String, _ color: Color, _ box: Color?, for canvas: Size
    ) throws(RenderingError) -> Raster {
        let size = max(8, min(canvas.width, canvas.height) / 16)
        var mask = try mask(text, font, size)
        // A long line is scaled down to fit.
        let most = canvas.width * 9 / 10
        if mask.width > most { mask = try WatermarkRequest.mask(text, font, max(1, size * most / mask.width)) }
        let border = box == nil ? 0 : mask.height / 4
        var mark = Raster(width: mask.width + 2 * border, height: mask.height + 2 * border, channels: 4)
        let (width, height) = (mark.width, mark.height)
        var pixels = mark.mutablePixels
        for i in 0..<width * height {
            let (x, y) = (i % width - border, i / width - border)
            let isInside = x >= 0 && y >= 0 && x < mask.width && y < mask.height
            let cover = isInside ? Int32(mask.coverage[y * mask.width + x]) : 0
            let under = box ?? color
            pixels[4 * i] = Raster.mixed(color.red, under.red, cover)
            pixels[4 * i + 1] = Raster.mixed(color.green, under.green, cover)
            pixels[4 * i + 2] = Raster.mixed(color.blue, under.blue, cover)
            pixels[4 * i + 3] = box == nil ? UInt8(cover) : 255
        }
        return mark
    }

    private static func mask(_ text: String, _ font: String, _ size: Int) throws(RenderingError) -> TextMask {
        do throws(TextError) {
            return try TextMask(text, font: font, size: size)
        } catch {
            throw .watermark(error.description)
        }
    }

    private static func mark(_ picture: SharedRaster, for canvas: Size) -> Raster {
        var opaque = Raster(width: picture.width, height: picture.height, channels: 4)
        var pixels = opaque.mutablePixels
        for i in 0..<picture.width * picture.height {
            for k in 0..<3 { pixels[4 * i + k] = picture.pixels[picture.channels * i + k] }
            pixels[4 * i + 3] = picture.channels == 4 ? picture.pixels[4 * i + 3] : 255
        }
        guard let size = size(of: Size(width: opaque.width, height: opaque.height), for: canvas) else { return opaque }
        return opaque.reduced(toWidth: size.width, height: size.height)
    }

    /// The size that a picture is brought to, if it is too large for a canvas.
    private static func size(of picture: Size, for canvas: Size) -> Size? {
        let (width, height) = (max(1, canvas.width / 4), max(1, canvas.height / 4))
        guard picture.width > width || picture.height > height else { return nil }
        // The side that exceeds its limit the most decides.
        return picture.width * height > picture.height * width
            ? Size(width: width, height: max(1, picture.height * width / picture.width))
            : Size(width: max(1, picture.width * height / picture.height), height: height)
    }
}
