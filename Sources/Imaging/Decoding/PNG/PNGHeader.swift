internal import Bytes

/// The IHDR chunk, checked (PNG, third edition, 11.2.1).
struct PNGHeader: Equatable {
    enum ColorType: UInt8 {
        case gray = 0
        case rgb = 2
        case palette = 3
        case greyAlpha = 4
        case rgba = 6

        var samples: Int {
            switch self {
            case .gray, .palette: 1
            case .greyAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }

        var depths: [UInt8] {
            switch self {
            case .gray: [1, 2, 4, 8, 16]
            case .palette: [1, 2, 4, 8]
            case .rgb, .greyAlpha, .rgba: [8, 16]
            }
        }
    }

    let width: Int
    let height: Int
    let depth: Int
    let color: ColorType
    let interlaced: Bool

    static let signature = StaticBytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    /// Where the chunks begin.
    static let end = 8
    /// A chunk's length, name and checksum.
    static let chunkOverhead = 12

    init(_ bytes: Span<UInt8>) throws(ImageError) {
        // The first chunk must be this one, with 13 bytes.
        guard bytes.count >= 33 else { throw ImageError(.png, .truncated) }
        guard bytes.big32(8) == 13, bytes.fourCC(12) == .header else {
            throw ImageError(.png, .corrupt("it does not begin with a header"))
        }
        width = bytes.big32(16)
        height = bytes.big32(20)
        guard 1...0x7fff_ffff ~= width, 1...0x7fff_ffff ~= height else {
            throw ImageError(.png, .corrupt("the size is \(width) x \(height)"))
        }
        guard let color = ColorType(rawValue: bytes[25]), color.depths.contains(bytes[24]) else {
            throw ImageError(.png, .corrupt("color type \(bytes[25]) with \(bytes[24]) bits"))
        }
        guard bytes[26] == 0, bytes[27] == 0, bytes[28] <= 1 else {
            throw ImageError(.png, .corrupt("unknown compression, filter or interlace method"))
        }
        self.color = color
        depth = Int(bytes[24])
        interlaced = bytes[28] == 1
    }

    /// Bytes of the picture before compression: each row after its filter's number, in each of the passes.
    var filteredBytes: Int {
        guard interlaced else { return Self.filteredBytes(width, height, bits: depth * color.samples) }
        // Adam7: first column, first row, step across, step down (8.1).
        let passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        return passes.reduce(0) { sum, pass in
            let columns = (width - pass.0 + pass.2 - 1) / pass.2
            let rows = (height - pass.1 + pass.3 - 1) / pass.3
            return sum + (columns > 0 ? Self.filteredBytes(columns, rows, bits: depth * color.samples) : 0)
        }
    }

    private static func filteredBytes(_ width: Int, _ height: Int, bits: Int) -> Int {
        height * (1 + (width * bits + 7) / 8)
    }
}
