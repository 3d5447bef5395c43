internal import Bytes
public import Imaging
public import Outpainting
internal import System

extension Recipe {
    /// A watermark, as plain values.
    public struct Mark: Hashable, Sendable {
        public var content: Content
        public var placing: Watermark.Placing
        /// In hundredths.
        public var opacity: Int

        public enum Content: Hashable, Sendable {
            /// A line of text in a font's file, on a box if that has a colour.
            case text(String, font: String, colour: Color, box: Color?)
            case picture(Reference)
        }

        public init(_ content: Content, _ placing: Watermark.Placing, opacity: Int) {
            (self.content, self.placing, self.opacity) = (content, placing, opacity)
        }
    }
}

extension Recipe.Mark {
    /// The file of its picture, if it has one.
    var reference: Reference? {
        if case .picture(let reference) = content { reference } else { nil }
    }

    /// The mark as the renderer takes it. A picture is read for that.
    func request(
        for canvas: Size, _ limits: ImageLimits
    ) throws(RenderingError) -> WatermarkRequest {
        switch content {
        case .text(let text, let font, let colour, let box):
            WatermarkRequest(.text(text, font: font, color: colour, box: box), placing, opacity: opacity)
        case .picture(let reference):
            WatermarkRequest(
                .picture(try Recipe.Mark.picture(reference, for: canvas, limits)), placing, opacity: opacity)
        }
    }

    private static func picture(
        _ reference: Reference, for canvas: Size, _ limits: ImageLimits
    ) throws(RenderingError) -> SharedRaster {
        var room = ByteBuffer()
        let decoded: Result<SharedRaster, ImageError>
        do throws(Errno) {
            decoded = try reference.file.withBytes(&room) { bytes in
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

    /// The same bytes for equal marks, and others for others.
    func append(to bytes: inout ByteBuffer) {
        switch content {
        case .text(let text, let font, let colour, let box):
            bytes.add("text")
            bytes.add(text)
            bytes.add(font)
            for part in [colour, box ?? colour] {
                for value in [part.red, part.green, part.blue] { bytes.append(value) }
            }
            bytes.add(box == nil ? 0 : 1)
        case .picture(let reference):
            bytes.add("picture")
            bytes.append(reference.digest.bytes)
        }
        bytes.add(placing.horizontal)
        bytes.add(placing.vertical)
        bytes.add(placing.isTiled ? 1 : 0)
        bytes.add(opacity)
    }
}
