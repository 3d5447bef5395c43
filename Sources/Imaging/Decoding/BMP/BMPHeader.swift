internal import Bytes

/// The validated headers of a BMP file.
struct BMPHeader {
    enum Coding {
        /// Palette indices of `bits` bits.
        case colors(bits: Int)
        /// Palette indices of eight bits, run-length encoded.
        case runs
        /// Blue, green and red, and with four bytes an unused one.
        case bytes(Int)
        /// Pixels of `bits` bits, in which each channel is a bit field.
        case fields(bits: Int, Fields)
    }

    /// The bit fields of the channels.
    struct Fields {
        let red: Field
        let green: Field
        let blue: Field
        let alpha: Field?
    }

    /// A contiguous bit field.
    struct Field {
        let shift: Int
        let most: UInt32

        init?(_ mask: UInt32) {
            shift = mask.trailingZeroBitCount
            guard mask != 0 else { return nil }
            most = mask >> UInt32(shift)
            // Contiguous bits from the lowest on become a single bit when 1 is added.
            guard most & (most &+ 1) == 0 else { return nil }
        }

        /// The field's value in a pixel, scaled to 255.
        func value(in pixel: UInt32) -> UInt8 {
            let value = UInt64(pixel >> UInt32(shift) & most)
            return UInt8(truncatingIfNeeded: (value * 255 + UInt64(most / 2)) / UInt64(most))
        }
    }

    let width: Int
    let height: Int
    /// Whether the first row of the file is the picture's first.
    let isTopDown: Bool
    let coding: Coding
    /// Where the colors are, of `colorBytes` each.
    let colors: Range<Int>
    let colorBytes: Int
    /// Where the pixels begin.
    let pixels: Int
    /// Where a profile of colors is.
    let profile: Range<Int>?

    static let signature: StaticBytes = "BM"
    private static let fileHeader = 14

    init(_ file: Span<UInt8>) throws(ImageError) {
        guard file.count >= 18 else { throw ImageError(.bmp, .truncated) }
        let size = file.little32(14)
        guard [12, 40, 52, 56, 64, 108, 124].contains(size) else {
            throw ImageError(.bmp, .corrupt("a header of \(size) bytes"))
        }
        var end = BMPHeader.fileHeader + size
        guard file.count >= end else { throw ImageError(.bmp, .truncated) }
        let isOld = size == 12
        let (columns, rows) = isOld ? (file.little16(18), file.little16(20)) : (file.signed32(18), file.signed32(22))
        guard columns > 0, rows != 0, rows != Int(Int32.min) else {
            throw ImageError(.bmp, .corrupt("the size is \(columns) x \(rows)"))
        }
        (width, height, isTopDown) = (columns, abs(rows), rows < 0)
        let depth = file.little16(isOld ? 24 : 28)
        let compression = isOld ? 0 : file.little32(30)

        // Masks are part of the larger headers, and follow the smaller one.
        let masks = compression == 3 || compression == 6 ? (compression == 6 || size >= 56 ? 4 : 3) : 0
        if size == 40 { end += 4 * masks }
        guard file.count >= end else { throw ImageError(.bmp, .truncated) }
        coding = try BMPHeader.coding(file, depth: depth, compression: compression, masks: size == 64 ? 0 : masks)
        if case .runs = coding, isTopDown { throw ImageError(.bmp, .corrupt("runs from the top")) }

        pixels = file.little32(10)
        guard pixels >= end else { throw ImageError(.bmp, .corrupt("the pixels begin in the header")) }
        colorBytes = isOld ? 3 : 4
        let all = depth <= 8 ? 1 << depth : 0
        let used = isOld ? 0 : file.little32(46)
        // Some writers omit unused palette entries without saying so.
        let count = min(used == 0 ? all : min(used, all), (pixels - end) / colorBytes)
        colors = end..<end + count * colorBytes
        guard count > 0 || all == 0 else { throw ImageError(.bmp, .corrupt("there are no colors")) }
        profile = BMPHeader.profile(file, size)
    }

    private static func coding(
        _ file: Span<UInt8>, depth: Int, compression: Int, masks: Int
    ) throws(ImageError) -> Coding {
        switch (compression, depth) {
        case (0, 1), (0, 4), (0, 8): return .colors(bits: depth)
        case (0, 16):
            guard let red = Field(0x7c00), let green = Field(0x03e0), let blue = Field(0x001f) else { break }
            return .fields(bits: 16, Fields(red: red, green: green, blue: blue, alpha: nil))
        case (0, 24): return .bytes(3)
        case (0, 32): return .bytes(4)
        case (1, 8): return .runs
        case (3, 16) where masks > 0, (3, 32) where masks > 0, (6, 16) where masks > 0, (6, 32) where masks > 0:
            guard let red = Field(UInt32(file.little32(54))), let green = Field(UInt32(file.little32(58))),
                let blue = Field(UInt32(file.little32(62)))
            else { throw ImageError(.bmp, .corrupt("colors that are not bits side by side")) }
            let alpha = masks == 4 ? UInt32(file.little32(66)) : 0
            guard alpha == 0 || Field(alpha) != nil else {
                throw ImageError(.bmp, .corrupt("colors that are not bits side by side"))
            }
            return .fields(bits: depth, Fields(red: red, green: green, blue: blue, alpha: Field(alpha)))
        case (2, _): throw ImageError(.bmp, .unsupported("runs of four bits"))
        case (3...6, _) where masks == 0: throw ImageError(.bmp, .unsupported("compression \(compression)"))
        default: break
        }
        throw ImageError(.bmp, .corrupt("\(depth) bits a pixel with compression \(compression)"))
    }

    /// The profile that the largest header may embed.
    private static func profile(_ file: Span<UInt8>, _ size: Int) -> Range<Int>? {
        // "MBED" in little-endian order.
        guard size == 124, file.little32(70) == 0x4d42_4544 else { return nil }
        let start = fileHeader + file.little32(126)
        let count = file.little32(130)
        return start + count <= file.count ? start..<start + count : 0..<0
    }

    var hasAlpha: Bool {
        if case .fields(_, let fields) = coding { fields.alpha != nil } else { false }
    }

    /// Bytes from one row to the next, which begins at a multiple of four.
    var rowBytes: Int {
        let bits =
            switch coding {
            case .colors(let bits), .fields(let bits, _): bits
            case .runs: 8
            case .bytes(let count): 8 * count
            }
        return (width * bits + 31) / 32 * 4
    }
}

extension Span where Element == UInt8 {
    func signed32(_ at: Int) -> Int { Int(Int32(truncatingIfNeeded: little32(at))) }
}
