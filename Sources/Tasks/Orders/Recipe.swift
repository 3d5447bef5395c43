internal import Bytes
public import Imaging
public import Outpainting

/// All parameters of a picture except its reference image, as plain values. Equal recipes produce equal bytes and have
/// the same canonical form.
public struct Recipe: Hashable, Sendable {
    public var canvas: Size
    /// The position of the reference image's left and top edge; `nil` centers it.
    public var offsetX: Int?
    public var offsetY: Int?
    public var autoCrop = false
    public var mode = Mode.high
    /// Whether the additional rules of fast mode hold.
    public var keepsFastRules = true
    /// The name of the fill (``NamedFill``).
    public let fill: String
    public var variant = 0
    public var output = OutputFormat.png
    public var transparency = RenderingRequest.Transparency.kept
    public var background = Color.white
    /// The software name written to the file's metadata.
    public var software: String?
    /// The size to which the reference image is reduced first, if any.
    public var referenceSize: Size?
    /// The watermark drawn over the picture.
    public var mark: Mark?

    /// Creates a recipe with the named fill; `nil` if there is no such fill.
    public init?(canvas: Size, fill: String = "mosaic") {
        guard NamedFill.make(fill, mode: .high) != nil else { return nil }
        (self.canvas, self.fill) = (canvas, fill)
    }

    /// The recipe in the renderer's form.
    func request(_ limits: ImageLimits) throws(RenderingError) -> RenderingRequest {
        let fill = NamedFill.make(fill, mode: mode, variant: variant) ?? MosaicFill(mode, variant: variant)
        var request = RenderingRequest(canvas: canvas, fill: fill)
        (request.offsetX, request.offsetY, request.autoCrop) = (offsetX, offsetY, autoCrop)
        (request.mode, request.output, request.transparency) = (mode, output, transparency)
        request.encoding = EncodingOptions(software: software, background: background)
        request.keepsFastRules = keepsFastRules
        request.limits = limits
        request.referenceSize = referenceSize
        request.watermark = try mark?.request(for: canvas, limits)
        return request
    }
}

extension Recipe {
    /// A canonical encoding, unique to the recipe: numbers take eight bytes, texts are preceded by their length.
    var canonical: ByteBuffer {
        var bytes = ByteBuffer(capacity: 160)
        bytes.add(canvas.width)
        bytes.add(canvas.height)
        bytes.add(offsetX)
        bytes.add(offsetY)
        bytes.add(autoCrop ? 1 : 0)
        bytes.add(mode.rawValue)
        bytes.add(fill)
        bytes.add(variant)
        switch output {
        case .png: bytes.add("png")
        case .jpeg(let quality):
            bytes.add("jpeg")
            bytes.add(quality)
        case .webp(let quality):
            bytes.add("webp")
            bytes.add(quality)
        case .losslessWebP: bytes.add("lossless webp")
        }
        bytes.add(transparency.rawValue)
        for part in [background.red, background.green, background.blue] { bytes.append(part) }
        bytes.add(software == nil ? 0 : 1)
        bytes.add(software ?? "")
        // Fields added later are encoded only if they differ from the default, so that IDs drawn under a seed do not
        // change.
        if !keepsFastRules { bytes.add("no fast rules") }
        if let referenceSize {
            bytes.add("reference")
            bytes.add(referenceSize.width)
            bytes.add(referenceSize.height)
        }
        if let mark {
            bytes.add("mark")
            mark.append(to: &bytes)
        }
        return bytes
    }
}

extension ByteBuffer {
    mutating func add(_ number: Int) {
        append(eight: UInt64(bitPattern: Int64(number)))
    }

    mutating func add(_ number: Int?) {
        add(number == nil ? 0 : 1)
        add(number ?? 0)
    }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        append(text)
    }
}
