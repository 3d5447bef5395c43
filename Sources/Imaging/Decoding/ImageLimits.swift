/// What one picture may be, and how much it may ask for. All is checked before memory is taken for it.
public struct ImageLimits: Hashable, Sendable {
    /// The formats that are read.
    public var formats = ImageFormat.allCases
    /// Bytes of the file.
    public var inputBytes = 64 << 20
    /// Width times height.
    public var pixels = 64_000_000
    /// Width or height.
    public var side = 65_535
    /// Bytes in use at once while decoding: pixels, what the library keeps of the whole picture, and a turned copy. Those of
    /// several pictures together are `DecodingMemory`'s.
    public var memory = 768 << 20
    /// Bytes of a colour profile, unpacked.
    public var profileBytes = 4 << 20
    /// Chunks of a PNG or WebP file, blocks of a GIF.
    public var chunks = 16_384
    /// Scans of a JPEG file. Encoders write about ten; each costs a walk over the whole picture.
    public var scans = 100

    /// The default bounds.
    public init() {}
}

/// What a picture can have too much of.
public enum ImageBound: String, Hashable, Sendable {
    case inputBytes = "bytes in the file"
    case pixels
    case side = "pixels on one side"
    case memory = "bytes of memory"
    case profileBytes = "bytes in the colour profile"
    case chunks
    case scans
}
