internal import Bytes

/// Format, size and orientation of a picture from its headers, without decoding.
///
/// A header can lie: the decoder compares the true size with this one.
public struct ImageProbe: Hashable, Sendable {
    /// The format of the file.
    public let format: ImageFormat
    /// Pixels in a row, after the orientation is applied.
    public let width: Int
    /// Rows, after the orientation is applied.
    public let height: Int
    /// The orientation to apply to the stored rows.
    public let orientation: ImageOrientation
    /// The bytes that decoding takes besides the file's.
    private let memory: Int

    /// Reads the headers of a whole file.
    public init(_ bytes: Span<UInt8>, limits: ImageLimits = ImageLimits()) throws(ImageError) {
        switch try Self.format(of: bytes, among: limits.formats) {
        case .png:
            let header = try PNGHeader(bytes)
            // On the fast path filtered rows lie a little behind the pixels.
            let memory = 4 * Self.pixels(header.width, header.height) + 13 * (header.width + header.height)
            self.init(.png, header.width, header.height, .upright, memory: memory)
        case .jpeg:
            let layout = try JPEGLayout(bytes, through: .firstScan)
            // The number of scans is known only at the end of the file.
            self.init(
                .jpeg, layout.frame.width, layout.frame.height, layout.orientation,
                memory: layout.rasterBytes + layout.coefficientBytes)
        case .webp:
            let layout = try WebPLayout(bytes, limits)
            self.init(.webp, layout.width, layout.height, layout.orientation, memory: layout.decodingBytes)
        case .gif:
            let size = try GIFLayout.size(bytes)
            self.init(.gif, size.width, size.height, .upright, memory: 5 * Self.pixels(size.width, size.height))
        case .bmp:
            let header = try BMPHeader(bytes)
            self.init(.bmp, header.width, header.height, .upright, memory: 5 * Self.pixels(header.width, header.height))
        }
    }

    /// Reads the headers of a whole file, and checks the file and its picture against the limits.
    public init(_ bytes: Span<UInt8>, within limits: ImageLimits) throws(ImageError) {
        let format = try Self.format(of: bytes, among: limits.formats)
        guard bytes.count <= limits.inputBytes else {
            throw ImageError(format, .tooMuch(.inputBytes, asked: bytes.count, allowed: limits.inputBytes))
        }
        try self.init(bytes, limits: limits)
        try check(limits)
    }

    /// The number of pixels, clamped far above any bound so that products do not overflow.
    private static func pixels(_ width: Int, _ height: Int) -> Int { min(width * height, 1 << 60) }

    /// A picture whose stored rows have `width` pixels.
    init(_ format: ImageFormat, _ width: Int, _ height: Int, _ orientation: ImageOrientation, memory: Int) {
        (self.format, self.memory) = (format, memory)
        self.width = orientation.swapsSides ? height : width
        self.height = orientation.swapsSides ? width : height
        self.orientation = orientation
    }

    /// The most bytes that decoding takes at one time besides the file. `fileBytes` counts once, since a PNG's stream in
    /// pieces is joined first.
    public func decodingBytes(fileBytes: Int) -> Int { memory + fileBytes }

    /// Refuses a picture that is larger than it may be.
    public func check(_ limits: ImageLimits) throws(ImageError) {
        let side = max(width, height)
        guard side <= limits.side else {
            throw ImageError(format, .tooMuch(.side, asked: side, allowed: limits.side))
        }
        // Sides have at most 31 bits each, so that the product fits.
        guard width * height <= limits.pixels else {
            throw ImageError(format, .tooMuch(.pixels, asked: width * height, allowed: limits.pixels))
        }
    }

    /// The format by its signature, in the first bytes of a file.
    public static func format(
        of bytes: Span<UInt8>, among formats: [ImageFormat] = ImageFormat.allCases
    ) throws(ImageError) -> ImageFormat {
        guard bytes.count > 0 else { throw ImageError(nil, .empty) }
        if let format = beginning(of: bytes), formats.contains(format) { return format }
        if let format = partialBeginning(of: bytes), formats.contains(format) { throw ImageError(format, .truncated) }
        if let foreign = UnsupportedFormat(bytes) { throw ImageError(nil, .foreign(foreign, read: formats)) }
        throw ImageError(nil, .notAnImage(read: formats))
    }

    /// The format whose signature is there.
    private static func beginning(of bytes: Span<UInt8>) -> ImageFormat? {
        if bytes.holds(PNGHeader.signature, at: 0) { return .png }
        // After the start of image comes another marker.
        if bytes.holds([0xff, 0xd8, 0xff], at: 0) { return .jpeg }
        if bytes.holds("RIFF", at: 0), bytes.holds("WEBP", at: 8) { return .webp }
        if GIFLayout.signatures.contains(where: { bytes.holds($0, at: 0) }) { return .gif }
        return bytes.holds(BMPHeader.signature, at: 0) ? .bmp : nil
    }

    /// The format of which the bytes are the beginning of the signature.
    private static func partialBeginning(of bytes: Span<UInt8>) -> ImageFormat? {
        if bytes.endsInside(PNGHeader.signature) { return .png }
        if bytes.endsInside([0xff, 0xd8, 0xff]) { return .jpeg }
        if bytes.count < 12, bytes.holds("RIFF", at: 0) || bytes.endsInside("RIFF") { return .webp }
        if GIFLayout.signatures.contains(where: { bytes.endsInside($0) }) { return .gif }
        return bytes.endsInside(BMPHeader.signature) ? .bmp : nil
    }
}
