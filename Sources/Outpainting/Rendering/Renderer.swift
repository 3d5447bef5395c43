public import Bytes
import Imaging
public import Parallel

/// Makes pictures: reads a reference, places it, fills the canvas and writes the file.
///
/// The same file and request give the same bytes with any number of workers. A renderer keeps its buffers for the next
/// picture. Rows go from the fill to the encoder as they are painted, so there is no second canvas.
public struct Renderer: ~Copyable, Sendable {
    private var encoder = ImageEncoder()

    public init() {}

    /// Appends the encoded picture to `file`. After an error the contents of `file` are undefined.
    public mutating func render(
        _ reference: Span<UInt8>, _ request: RenderingRequest, on workers: some Workers = SingleWorker(),
        into file: inout ByteBuffer, progress: @escaping FillProgress = { _ in true }
    ) throws(RenderingError) {
        let source = try Renderer.source(reference, request, on: workers, progress: progress)
        if let watermark = try request.watermark?.watermark(for: request.canvas) {
            try encode(
                WatermarkedSource(base: source, watermark: watermark), request, on: workers, into: &file, progress)
        } else {
            try encode(source, request, on: workers, into: &file, progress)
        }
        if !progress(1) { throw .cancelled }
    }

    private mutating func encode(
        _ source: some PixelSource, _ request: RenderingRequest, on workers: some Workers,
        into file: inout ByteBuffer, _ progress: @escaping FillProgress
    ) throws(RenderingError) {
        do throws(EncodingError) {
            try encoder.encode(source, as: request.output, request.encoding, on: workers, into: &file) { share in
                progress(Renderer.fillShare + (1 - Renderer.fillShare) * share)
            }
        } catch {
            throw error == .cancelled ? .cancelled : .encoding(error)
        }
    }

    /// The share of the work that planning takes.
    private static let fillShare = 0.9

    /// The canvas, ready to be painted.
    private static func source(
        _ reference: Span<UInt8>, _ request: RenderingRequest, on workers: some Workers,
        progress: @escaping FillProgress
    ) throws(RenderingError) -> CanvasSource {
        var image = try decode(reference, request.limits)
        if let size = request.referenceSize, size.width <= image.width, size.height <= image.height {
            image = image.reduced(toWidth: size.width, height: size.height)
        }
        var placement = try place(image.size, request)
        if placement.crop.size != image.size { image = image.cropped(to: placement.crop) }
        request.whenDecoded()
        let isTransparent = image.channels == 4 && image.hasTransparentPixels
        if isTransparent, request.transparency == .filled, let visible = image.visibleArea {
            // A transparent border counts as canvas.
            if visible.size != image.size { image = image.cropped(to: visible) }
            placement = placement.narrowed(to: visible)
        }
        let (opaque, kept) = image.separated(isTransparent ? request.transparency : nil, request)
        do throws(FillCancelled) {
            let plan = try request.fill.plan(opaque, placement, on: workers) { progress($0 * fillShare) }
            return CanvasSource(
                plan, kept.map { CanvasSource.TransparentReference(raster: $0, place: placement.placed) })
        } catch {
            throw .cancelled
        }
    }

    private static func decode(_ reference: Span<UInt8>, _ limits: ImageLimits) throws(RenderingError) -> Raster {
        do throws(ImageError) {
            return try ImageDecoder.decode(reference, limits: limits).takeRaster()
        } catch {
            throw .image(error)
        }
    }

    private static func place(_ size: Size, _ request: RenderingRequest) throws(RenderingError) -> Placement {
        let wanted = PlacementRequest(
            canvas: request.canvas, reference: size, offsetX: request.offsetX, offsetY: request.offsetY,
            autoCrop: request.autoCrop, output: request.output)
        do throws(PlacementError) {
            if request.mode == .fast, request.keepsFastRules { return try Placement(fast: wanted, inlineImage: true) }
            return try Placement(wanted)
        } catch {
            throw .placement(error)
        }
    }
}
