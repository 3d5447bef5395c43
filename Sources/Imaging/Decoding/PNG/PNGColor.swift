internal import Bytes

/// The color chunks of a PNG file and their precedence (PNG, third edition, 4.3): cICP before iCCP before sRGB before
/// gAMA and cHRM. A file without any is sRGB.
struct PNGColor {
    private(set) var codePoints: [UInt8]?
    /// The packed profile.
    private(set) var profile: Range<Int>?
    private(set) var isSRGB = false
    /// The exponent of encoding times 100,000.
    private(set) var gamma: Int?
    /// White, red, green, blue: x and y each, times 100,000.
    private(set) var primaries: [Int]?

    /// Reads a color chunk. The first of a kind counts; chunks of a wrong length are ignored.
    mutating func take(_ name: FourCC, _ body: Range<Int>, _ bytes: Span<UInt8>) {
        switch name {
        case .codePoints where codePoints == nil && body.count == 4:
            codePoints = body.map { bytes[$0] }
        case .profile where profile == nil:
            // A name of 1 to 79 bytes, a zero, and the number of the compression, which is zero.
            let end = body.prefix(80).first { bytes[$0] == 0 }
            if let end, end > body.lowerBound, end + 1 < body.upperBound, bytes[end + 1] == 0 {
                profile = end + 2..<body.upperBound
            }
        case .standard where body.count == 1 && bytes[body.lowerBound] <= 3:
            isSRGB = true
        case .gamma where gamma == nil && body.count == 4:
            let value = bytes.big32(body.lowerBound)
            // Browsers ignore impossible values: zero would make all black.
            if 1000...10_000_000 ~= value { gamma = value }
        case .chromaticities where primaries == nil && body.count == 32:
            let values = (0..<8).map { bytes.big32(body.lowerBound + $0 * 4) }
            if (values.allSatisfy { $0 <= 100_000 }) && (stride(from: 1, to: 8, by: 2).allSatisfy { values[$0] > 0 }) {
                primaries = values
            }
        default: break
        }
    }

    /// The space of the pixels.
    func space(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> ColorSpace {
        if let codePoints { return try Self.ofCodePoints(codePoints) }
        if let profile { return try Self.unpack(bytes.extracting(profile), limits) }
        if isSRGB || (gamma == nil && primaries == nil) { return .sRGB }
        // A missing one is taken to be sRGB's, as in Chrome and Safari. Writers of sRGB without its own chunk write 45455, a
        // plain power near sRGB's curve; they mean sRGB.
        let isUsualGamma = gamma.map { abs($0 - 45_455) <= 2_300 } ?? true
        let isUsualGamut = primaries.map { zip($0, Self.sRGB).allSatisfy { abs($0 - $1) <= 1_000 } } ?? true
        if isUsualGamma && isUsualGamut { return .sRGB }
        let points = (primaries ?? Self.sRGB).map { Double($0) / 100_000 }
        let curve = isUsualGamma ? TransferCurve.sRGB : .power(100_000 / Double(gamma ?? 45_455))
        return .described(primaries: points, curve: curve)
    }

    private static let sRGB = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]

    /// Code points of ITU-T H.273. Those of high dynamic range would need a tone mapping, which they do not define.
    private static func ofCodePoints(_ points: [UInt8]) throws(ImageError) -> ColorSpace {
        let primaries: [Double]
        switch points[0] {
        case 1: primaries = sRGB.map { Double($0) / 100_000 }
        case 9: primaries = [0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046]
        case 12: primaries = [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06]
        default: throw ImageError(.png, .unsupported("cICP with primaries \(points[0])"))
        }
        let curve: TransferCurve
        switch points[1] {
        case 1, 6, 14, 15: curve = .bt709
        case 4: curve = .power(2.2)
        case 5: curve = .power(2.8)
        case 8: curve = .power(1)
        case 13: curve = .sRGB
        case 16, 18: throw ImageError(.png, .unsupported("high dynamic range"))
        default: throw ImageError(.png, .unsupported("cICP with transfer \(points[1])"))
        }
        // PNG holds RGB in its full range only.
        guard points[2] == 0, points[3] == 1 else {
            throw ImageError(.png, .corrupt("cICP does not speak of full RGB"))
        }
        return points[0] == 1 && points[1] == 13 ? .sRGB : .described(primaries: primaries, curve: curve)
    }

    private static func unpack(_ packed: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> ColorSpace {
        var profile = ByteBuffer()
        switch Inflate.unpack(packed, upTo: limits.profileBytes, into: &profile) {
        case .whole: return .profile(profile)
        case .broken: return .unreadable
        case .tooLong:
            let asked = limits.profileBytes + 1
            throw ImageError(.png, .tooMuch(.profileBytes, asked: asked, allowed: limits.profileBytes))
        }
    }
}
