/// A picture as it is to be seen, in sRGB, and what was done to get there.
public struct DecodedImage: ~Copyable, Sendable {
    /// The pixels: RGB, or RGBA when the file has transparency, with colour and alpha apart.
    public var raster: Raster
    /// What the file was.
    public let facts: ImageFacts

    /// Gives the pixels away.
    public consuming func takeRaster() -> Raster { raster }
}

/// What a decoded file was.
public struct ImageFacts: Hashable, Sendable {
    /// The format of the file.
    public let format: ImageFormat
    /// Whether the file has transparency, even if every pixel is opaque.
    public let hasAlpha: Bool
    /// How the stored rows were turned.
    public let orientation: ImageOrientation
    /// What became of the colour profile.
    public let color: ColorHandling

    /// The facts of a file.
    public init(format: ImageFormat, hasAlpha: Bool, orientation: ImageOrientation, color: ColorHandling) {
        self.format = format
        self.hasAlpha = hasAlpha
        self.orientation = orientation
        self.color = color
    }

    /// What a file said about its colours.
    public enum ColorHandling: Hashable, Sendable {
        /// Nothing, or that they are sRGB.
        case sRGB
        /// Another space, from which they were converted.
        case converted
        /// Something that is broken or cannot be true, so that they are taken to be sRGB.
        case ignored
    }
}
