internal import Bytes

/// BMP files to pixels.
enum BMPDecoder {
    static func decode(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> DecodedImage {
        let header = try BMPHeader(bytes)
        let space = try space(bytes, header, limits)
        let pixels = header.width * header.height
        let channels = header.hasAlpha ? 4 : 3
        var raster: Raster
        if case .runs = header.coding {
            // A pair of bytes encodes at most 255 pixels.
            guard pixels <= bytes.count * 128 else { throw ImageError(.bmp, .corrupt("too little data for its size")) }
            try ImageDecoder.checkMemory(.bmp, pixels * (channels + 1), limits)
            let indices = try BMPRuns.unpack(bytes, header)
            raster = Raster(width: header.width, height: header.height)
            let palette = colors(bytes, header)
            for y in 0..<header.height {
                var row = raster.mutableRow(y)
                let start = (header.height - 1 - y) * header.width
                for x in 0..<header.width { put(palette[Int(indices[start + x])], in: &row, x) }
            }
        } else {
            guard bytes.count - header.pixels >= header.rowBytes * header.height else {
                throw ImageError(.bmp, .truncated)
            }
            try ImageDecoder.checkMemory(.bmp, pixels * channels, limits)
            raster = Raster(width: header.width, height: header.height, channels: channels)
            let palette = colors(bytes, header)
            for y in 0..<header.height {
                let stored = header.isTopDown ? y : header.height - 1 - y
                let start = header.pixels + stored * header.rowBytes
                var row = raster.mutableRow(y)
                read(bytes.extracting(start..<start + header.rowBytes), header, palette, into: &row)
            }
        }
        let color = try raster.convertToSRGB(from: space, isGrey: false, .bmp)
        let facts = ImageFacts(format: .bmp, hasAlpha: header.hasAlpha, orientation: .upright, color: color)
        return DecodedImage(raster: raster, facts: facts)
    }

    /// Reads one row as it is stored.
    private static func read(
        _ stored: Span<UInt8>, _ header: BMPHeader, _ palette: [SIMD4<UInt8>], into row: inout MutableSpan<UInt8>
    ) {
        switch header.coding {
        case .colors(let bits):
            for x in 0..<header.width {
                // The first pixel is in the highest bits.
                let shift = 8 - bits - x * bits % 8
                put(palette[Int(stored[x * bits / 8]) >> shift & (1 << bits - 1)], in: &row, x)
            }
        case .bytes(let count):
            for x in 0..<header.width {
                let from = x * count
                (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (stored[from + 2], stored[from + 1], stored[from])
            }
        case .fields(let bits, let fields):
            let channels = fields.alpha == nil ? 3 : 4
            for x in 0..<header.width {
                let pixel = UInt32(bits == 16 ? stored.little16(2 * x) : stored.little32(4 * x))
                let to = x * channels
                row[to] = fields.red.value(in: pixel)
                row[to + 1] = fields.green.value(in: pixel)
                row[to + 2] = fields.blue.value(in: pixel)
                if let alpha = fields.alpha { row[to + 3] = alpha.value(in: pixel) }
            }
        case .runs: break
        }
    }

    private static func put(_ color: SIMD4<UInt8>, in row: inout MutableSpan<UInt8>, _ x: Int) {
        (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (color.x, color.y, color.z)
    }

    /// The whole palette. Entries that the file lacks are black.
    private static func colors(_ bytes: Span<UInt8>, _ header: BMPHeader) -> [SIMD4<UInt8>] {
        var palette = [SIMD4<UInt8>](repeating: .zero, count: 256)
        for (index, at) in stride(from: header.colors.lowerBound, to: header.colors.upperBound, by: header.colorBytes)
            .enumerated()
        {
            palette[index] = SIMD4(bytes[at + 2], bytes[at + 1], bytes[at], 255)
        }
        return palette
    }

    private static func space(
        _ bytes: Span<UInt8>, _ header: BMPHeader, _ limits: ImageLimits
    ) throws(ImageError) -> ColorSpace {
        guard let profile = header.profile else { return .sRGB }
        guard profile.count <= limits.profileBytes else {
            throw ImageError(.bmp, .tooMuch(.profileBytes, asked: profile.count, allowed: limits.profileBytes))
        }
        return .profile(ByteBuffer(bytes.extracting(profile)))
    }
}
