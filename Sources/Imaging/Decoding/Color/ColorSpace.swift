internal import Bytes

/// The color space of pixels.
enum ColorSpace: ~Copyable {
    /// sRGB, also if the file does not say.
    case sRGB
    /// The file's description is incomplete.
    case unreadable
    /// An ICC profile.
    case profile(ByteBuffer)
    /// Primaries (white, red, green, blue: x and y each) and a curve.
    case described(primaries: [Double], curve: TransferCurve)
}

/// From stored values to linear light: a line below `threshold`, a power above it.
struct TransferCurve: Equatable {
    let exponent: Double
    let scale: Double
    let offset: Double
    let slope: Double
    let threshold: Double

    static let sRGB = TransferCurve(
        exponent: 2.4, scale: 1 / 1.055, offset: 0.055 / 1.055, slope: 1 / 12.92, threshold: 0.04045)
    static let bt709 = TransferCurve(
        exponent: 1 / 0.45, scale: 1 / 1.099, offset: 0.099 / 1.099, slope: 1 / 4.5, threshold: 0.081)

    static func power(_ exponent: Double) -> TransferCurve {
        TransferCurve(exponent: exponent, scale: 1, offset: 0, slope: 0, threshold: 0)
    }
}
