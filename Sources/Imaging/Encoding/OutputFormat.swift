/// The format of an output file, with its parameters.
public enum OutputFormat: Hashable, Sendable {
    /// Lossless, with transparency.
    case png
    /// Lossy; quality from 1 to 100. Transparency is flattened on a background.
    case jpeg(quality: Int = 95)
    /// Lossy; quality from 0 to 100. Transparency is kept.
    case webp(quality: Int = 80)
    /// Lossless, with transparency.
    case losslessWebP

    /// The format of the file.
    public var format: ImageFormat {
        switch self {
        case .png: .png
        case .jpeg: .jpeg
        case .webp, .losslessWebP: .webp
        }
    }

    /// The longest side that can be written.
    public var longestSide: Int {
        switch self {
        // PNG, 11.2.1: a number of 31 bits.
        case .png: 0x7fff_ffff
        // libjpeg's JPEG_MAX_DIMENSION; the format has room for 65,535.
        case .jpeg: 65_500
        // The format has room for 14 bits.
        case .webp, .losslessWebP: 16_383
        }
    }
}
