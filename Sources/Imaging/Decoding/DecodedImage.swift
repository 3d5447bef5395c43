/// A decoded picture, upright and in sRGB, and facts about its file.
public struct DecodedImage: ~Copyable, Sendable {
    /// The pixels: RGB, or RGBA when the file has transparency, with color and alpha apart.
    public var raster: Raster
    /// Facts about the file.
    public let facts: ImageFacts

    /// Consumes the image and returns its pixels.
    public consuming func takeRaster() -> Raster { raster }
}

/// Facts about a decoded file.
public struct ImageFacts: Hashable, Sendable {
    /// The format of the file.
    public let format: ImageFormat
    /// Whether the file has transparency, even if every pixel is opaque.
    public let hasAlpha: Bool
    /// The orientation that was applied.
    public let orientation: ImageOrientation
    /// How the color profile was handled.
    public let color: ColorHandling

    /// The facts of a file.
    public init(format: ImageFormat, hasAlpha: Bool, orientation: ImageOrientation, color: ColorHandling) {
        self.format = format
        self.hasAlpha = hasAlpha
        self.orientation = orientation
        self.color = color
    }

    /// How a file's colors were handled.
    public enum ColorHandling: Hashable, Sendable {
        /// No conversion: the file says sRGB or nothing.
        case sRGB
        /// Converted from another space.
        case converted
        /// The description was broken and ignored; colors are taken to be sRGB.
        case ignored
    }
}
