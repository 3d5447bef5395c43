internal import Bytes
public import Imaging
public import Outpainting
internal import System

extension Recipe {
    /// A watermark, as plain values.
    public struct Mark: Hashable, Sendable {
        public var content: Content
        public var placing: Watermark.Placing
        /// In percent.
        public var opacity: Int

        public enum Content: Hashable, Sendable {
            /// A line of text in the font of a font file, on a box if `box` has a color.
            case text(String, font: String, color: Color, box: Color?)
            case picture(InputImage)
        }

        public init(_ content: Content, _ placing: Watermark.Placing, opacity: Int) {
            (self.content, self.placing, self.opacity) = (content, placing, opacity)
        }
    }
}

extension Recipe.Mark {
    /// The image file, if it has one.
    var image: InputImage? {
        if case .picture(let image) = content { image } else { nil }
    }

    /// The watermark in the renderer's form. Reads the image file.
    func request(
        for canvas: Size, _ limits: ImageLimits
    ) throws(RenderingError) -> WatermarkRequest {
        switch content {
        case .text(let text, let font, let color, let box):
            WatermarkRequest(.text(text, font: font, color: color, box: box), placing, opacity: opacity)
        case .picture(let image):
            WatermarkRequest(
                .picture(try Recipe.Mark.picture(image, for: canvas, limits)), placing, opacity: opacity)
        }
    }

    private static func picture(
        _ image: InputImage, for canvas: Size, _ limits: ImageLimits
    ) throws(RenderingError) -> SharedRaster {
        var room = ByteBuffer()
        let decoded: Result<SharedRaster, ImageError>
        do throws(Errno) {
            decoded = try image.file.withBytes(&room) { bytes in
                Result { () throws(ImageError) in
                    WatermarkRequest.fitted(
                        try ImageDecoder.decode(bytes, limits: limits).takeRaster(), for: canvas)
                }
            }
        } catch {
            throw .watermark("the watermark cannot be read: \(error.description)")
        }
        do throws(ImageError) {
            return try decoded.get()
        } catch {
            throw .watermark("the watermark cannot be read: \(error.description)")
        }
    }

    /// Appends a canonical form: equal bytes for equal marks, different bytes for different ones.
    func append(to bytes: inout ByteBuffer) {
        switch content {
        case .text(let text, let font, let color, let box):
            bytes.add("text")
            bytes.add(text)
            bytes.add(font)
            for part in [color, box ?? color] {
                for value in [part.red, part.green, part.blue] { bytes.append(value) }
            }
            bytes.add(box == nil ? 0 : 1)
        case .picture(let image):
            bytes.add("picture")
            bytes.append(image.digest.bytes)
        }
        bytes.add(placing.horizontal)
        bytes.add(placing.vertical)
        bytes.add(placing.isTiled ? 1 : 0)
        bytes.add(opacity)
    }
}
