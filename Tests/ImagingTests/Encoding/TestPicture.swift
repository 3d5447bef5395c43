import Bytes
import Imaging
import Parallel
import TestSupport
import Testing

/// A picture made up for a test.
struct TestPicture: PixelSource, CustomTestStringConvertible {
    enum Kind: String, CaseIterable {
        case flat, gradient, noise, photograph, text
    }

    let kind: Kind
    let width: Int
    let height: Int
    let channels: Int
    let pixels: [UInt8]

    var testDescription: String { "\(kind) \(width) x \(height) x \(channels)" }

    init(_ kind: Kind, _ width: Int, _ height: Int, channels: Int = 3, seed: UInt64 = 1) {
        (self.kind, self.width, self.height, self.channels) = (kind, width, height, channels)
        var random = Seeded(seed)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * channels)
        for y in 0..<height {
            for x in 0..<width {
                for k in 0..<channels { pixels.append(TestPicture.sample(kind, x, y, k, &random)) }
            }
        }
        self.pixels = pixels
    }

    private static func sample(_ kind: Kind, _ x: Int, _ y: Int, _ k: Int, _ random: inout Seeded) -> UInt8 {
        switch kind {
        case .flat: return UInt8(90 + 40 * k)
        case .gradient: return UInt8(truncatingIfNeeded: (x + y) / 4 + 40 * k)
        case .noise: return UInt8.random(in: 0...255, using: &random)
        case .photograph:
            let slopes = abs(x % 60 - 30) + abs(y % 44 - 22)
            return UInt8(60 + 20 * k + slopes + Int(random.next() & 7))
        case .text:
            // Letters of five pixels by seven, each a pattern of its number, the same wherever it stands.
            let letter = (x / 5 * 7 + y / 7 * 3) % 11
            let pattern = UInt64(letter) &* 0x9e37_79b9_7f4a_7c15
            return pattern >> UInt64(x % 5 + y % 7 * 5 + 7) & 1 == 1 ? 0 : 255
        }
    }

    func paint(_ rows: Range<Int>, into target: inout MutableSpan<UInt8>) {
        let start = rows.lowerBound * width * channels
        for i in 0..<rows.count * width * channels { target[i] = pixels[start + i] }
    }
}

/// The encoded picture as an array.
func encoded(
    _ picture: some PixelSource, as output: OutputFormat, _ options: EncodingOptions = EncodingOptions(),
    on workers: some Workers = SingleWorker()
) throws -> [UInt8] {
    var encoder = ImageEncoder()
    var file = ByteBuffer()
    try encoder.encode(picture, as: output, options, on: workers, into: &file)
    return array(file.bytes)
}

func array(_ bytes: Span<UInt8>) -> [UInt8] {
    (0..<bytes.count).map { bytes[$0] }
}

/// The pixels of a file.
func decoded(_ file: [UInt8]) throws -> (width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    let image = try ImageDecoder.decode(file.span)
    return (image.raster.width, image.raster.height, image.raster.channels, array(image.raster.pixels))
}

/// The greatest and the mean difference of two pictures' bytes.
func difference(_ a: [UInt8], _ b: [UInt8]) -> (greatest: Int, mean: Double) {
    let differences = zip(a, b).map { abs(Int($0) - Int($1)) }
    return (differences.max() ?? 0, Double(differences.reduce(0, +)) / Double(max(differences.count, 1)))
}
