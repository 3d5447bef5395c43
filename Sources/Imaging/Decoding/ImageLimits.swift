/// The bounds of one picture, checked before memory is allocated for it.
public struct ImageLimits: Hashable, Sendable {
    /// The formats that are read.
    public var formats = ImageFormat.allCases
    /// Bytes of the file.
    public var inputBytes = 64 << 20
    /// Width times height.
    public var pixels = 64_000_000
    /// Width or height.
    public var side = 65_535
    /// Bytes in use at once while decoding one picture: pixels, what the library keeps of it, and a turned copy.
    /// `DecodingMemory` bounds all pictures together.
    public var memory = 768 << 20
    /// Bytes of a color profile, unpacked.
    public var profileBytes = 4 << 20
    /// Chunks of a PNG or WebP file, blocks of a GIF.
    public var chunks = 16_384
    /// Scans of a JPEG file. Encoders write about ten; each costs a walk over the whole picture.
    public var scans = 100

    /// The default bounds.
    public init() {}
}

/// A bound that a picture can exceed.
public enum ImageBound: String, Hashable, Sendable {
    case inputBytes = "bytes in the file"
    case pixels
    case side = "pixels on one side"
    case memory = "bytes of memory"
    case profileBytes = "bytes in the color profile"
    case chunks
    case scans
}
