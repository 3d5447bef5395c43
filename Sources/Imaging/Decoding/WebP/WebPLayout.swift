internal import Bytes

/// The structure of a WebP file (RFC 9649), found in one pass over its chunks.
struct WebPLayout {
    /// Size of the canvas.
    let width: Int
    let height: Int
    private(set) var hasAlpha = false
    private(set) var isAnimated = false
    private(set) var orientation = ImageOrientation.upright
    private(set) var profile: Range<Int>?

    /// Of the canvas: a frame may leave part of it empty.
    var channels: Int { hasAlpha || isAnimated ? 4 : 3 }

    /// Bytes in use at once while it is decoded. The library keeps four bytes a pixel of a lossless picture, and one of a lossy
    /// picture's alpha.
    var decodingBytes: Int { width * height * (channels * (orientation == .upright ? 1 : 2) + 4) }

    init(_ file: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) {
        guard file.count >= 12 else { throw ImageError(.webp, .truncated) }
        let size = 8 + file.little32(4)
        guard size <= file.count else { throw ImageError(.webp, .truncated) }
        // Bytes after the container are ignored.
        let bytes = file.extracting(first: size)

        var canvas: (width: Int, height: Int)?
        var picture: WebPBitstream?
        var hasFrame = false
        var at = 12
        var chunks = 0
        while at < bytes.count {
            guard at + 8 <= bytes.count else { throw ImageError(.webp, .truncated) }
            let (name, length) = (bytes.fourCC(at), bytes.little32(at + 4))
            guard at + 8 + length <= bytes.count else { throw ImageError(.webp, .truncated) }
            chunks += 1
            guard chunks <= limits.chunks else {
                throw ImageError(.webp, .tooMuch(.chunks, asked: chunks, allowed: limits.chunks))
            }
            let body = at + 8..<at + 8 + length
            // Chunks are padded to an even length.
            at = body.upperBound + (length & 1)
            switch name {
            case "VP8X" where chunks == 1:
                guard length >= 10 else { throw ImageError(.webp, .corrupt("the header has \(length) bytes")) }
                isAnimated = bytes[body.lowerBound] & 0x02 != 0
                hasAlpha = bytes[body.lowerBound] & 0x10 != 0
                canvas = (bytes.little24(body.lowerBound + 4) + 1, bytes.little24(body.lowerBound + 7) + 1)
            case "VP8 " where picture == nil, "VP8L" where picture == nil:
                picture = try WebPBitstream(bytes.extracting(body), isLossless: name == "VP8L")
            case "ANMF": hasFrame = true
            case "ICCP" where profile == nil: profile = body
            case "EXIF": orientation = Exif.orientation(bytes.extracting(body)) ?? orientation
            default: break
            }
        }
        guard picture != nil || hasFrame else { throw ImageError(.webp, .corrupt("there is no picture")) }
        if let canvas {
            (width, height) = canvas
            if let picture, !isAnimated, picture.width != width || picture.height != height {
                throw ImageError(.webp, .corrupt("the picture is not of the canvas's size"))
            }
        } else if let picture {
            (width, height) = (picture.width, picture.height)
            hasAlpha = picture.hasAlpha
        } else {
            throw ImageError(.webp, .corrupt("there is no header"))
        }
    }

    /// The space of the pixels.
    func space(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> ColorSpace {
        guard let profile else { return .sRGB }
        guard profile.count <= limits.profileBytes else {
            throw ImageError(.webp, .tooMuch(.profileBytes, asked: profile.count, allowed: limits.profileBytes))
        }
        return .profile(ByteBuffer(bytes.extracting(profile)))
    }
}

/// The header of a coded picture.
private struct WebPBitstream {
    let width: Int
    let height: Int
    let hasAlpha: Bool

    init(_ body: Span<UInt8>, isLossless: Bool) throws(ImageError) {
        if isLossless {
            // RFC 9649, 3.4: a mark, then 14 bits each of width and height less one, a bit for alpha and three of version.
            guard body.count >= 5 else { throw ImageError(.webp, .truncated) }
            guard body[0] == 0x2f, body[4] >> 5 == 0 else {
                throw ImageError(.webp, .corrupt("the lossless stream has no header"))
            }
            let bits = body.little32(1)
            (width, height, hasAlpha) = (bits & 0x3fff + 1, bits >> 14 & 0x3fff + 1, bits >> 28 & 1 == 1)
        } else {
            // RFC 6386, 9.1: a frame tag, whose lowest bit is clear in a key frame, a mark, and 14 bits each of the sides.
            guard body.count >= 10 else { throw ImageError(.webp, .truncated) }
            guard body[0] & 1 == 0, body.holds([0x9d, 0x01, 0x2a], at: 3) else {
                throw ImageError(.webp, .corrupt("the lossy stream has no header"))
            }
            (width, height, hasAlpha) = (body.little16(6) & 0x3fff, body.little16(8) & 0x3fff, false)
        }
        guard width > 0, height > 0 else { throw ImageError(.webp, .corrupt("the size is \(width) x \(height)")) }
    }
}
