/// What a picture is written as.
public enum OutputFormat: Hashable, Sendable {
    /// Every pixel as it is, transparency too.
    case png
    /// Lossy; quality from 1 to 100. Transparency is flattened on a background.
    case jpeg(quality: Int = 95)
    /// Lossy; quality from 0 to 100. Transparency is kept.
    case webp(quality: Int = 80)
    /// Every pixel as it is, transparency too.
    case losslessWebP

    /// The longest side the format can hold.
    public var longestSide: Int {
        switch self {
        // PNG, 11.2.2: a signed 32-bit number.
        case .png: 0x7fff_ffff
        // libjpeg's JPEG_MAX_DIMENSION, a little less than the 65,535 the format has room for.
        case .jpeg: 65_500
        // RFC 9649, 2.5: 14 bits hold it in a lossy picture.
        case .webp, .losslessWebP: 16_383
        }
    }

    /// How one speaks of it.
    public var name: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        case .webp, .losslessWebP: "WebP"
        }
    }
}
