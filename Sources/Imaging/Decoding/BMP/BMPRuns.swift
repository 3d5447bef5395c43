internal import Bytes

/// Unpacks the runs of a BMP of eight bits a pixel.
enum BMPRuns {
    /// The palette indices, row by row from the bottom. Pixels that the runs skip have index 0.
    static func unpack(_ file: Span<UInt8>, _ header: BMPHeader) throws(ImageError) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: header.width * header.height)
        var (at, x, y) = (header.pixels, 0, 0)
        while true {
            guard at + 2 <= file.count else { throw ImageError(.bmp, .truncated) }
            let (count, value) = (Int(file[at]), file[at + 1])
            at += 2
            switch (count, value) {
            case (0, 0): (x, y) = (0, y + 1)
            case (0, 1): return pixels
            case (0, 2):
                guard at + 2 <= file.count else { throw ImageError(.bmp, .truncated) }
                (x, y) = (x + Int(file[at]), y + Int(file[at + 1]))
                at += 2
            default:
                let length = count == 0 ? Int(value) : count
                guard y < header.height, x + length <= header.width else {
                    throw ImageError(.bmp, .corrupt("a run leaves the picture"))
                }
                // Literal pixels, padded to an even number of bytes.
                guard count > 0 || at + (length + 1) / 2 * 2 <= file.count else { throw ImageError(.bmp, .truncated) }
                let start = y * header.width + x
                for offset in 0..<length { pixels[start + offset] = count == 0 ? file[at + offset] : value }
                if count == 0 { at += (length + 1) / 2 * 2 }
                x += length
            }
        }
    }
}
