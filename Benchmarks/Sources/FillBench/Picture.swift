import Glibc
import Imaging

/// Pictures to fill around.
enum Picture {
    /// A landscape by formula: clouds, hills of several octaves of noise, a textured meadow. It is as hard for the mosaic
    /// as a photograph: smooth parts, texture, outlines.
    static func landscape(_ width: Int, _ height: Int) -> SharedRaster {
        var raster = Raster(width: width, height: height)
        for y in 0..<height {
            var row = raster.mutableRow(y)
            for x in 0..<width {
                let color = color(x, y, width, height)
                row[3 * x] = UInt8(min(max(color.0, 0), 255))
                row[3 * x + 1] = UInt8(min(max(color.1, 0), 255))
                row[3 * x + 2] = UInt8(min(max(color.2, 0), 255))
            }
        }
        return SharedRaster(raster)
    }

    private static func color(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> (Int, Int, Int) {
        let hills = height * 4 / 10 + (noise(x, 0, 160) - 128) * height / 1500 + (noise(x, 9, 17) - 128) * height / 9000
        let meadow = height * 6 / 10 + (noise(x, 77, 240) - 128) * height / 3000
        if y < hills {
            let cloud = max(0, noise(x / 2, y, 120) + noise(x, y, 40) / 2 - 170)
            return (110 + y * 90 / height + cloud, 150 + y * 70 / height + cloud, 230 + cloud / 3)
        }
        let grain = noise(x, y, 5) / 3 + noise(x, y, 23) / 3 + noise(x, y, 2) / 4
        if y < meadow { return (50 + grain / 2, 60 + grain / 2, 80 + grain / 3) }
        let near = (y - meadow) * 40 / height
        return (40 + grain / 2 + near, 70 + grain - near / 2, 25 + grain / 4)
    }

    /// Smooth noise of 0 to 255 with features of about `scale` pixels.
    private static func noise(_ x: Int, _ y: Int, _ scale: Int) -> Int {
        let (i, j, a, b) = (x / scale, y / scale, x % scale, y % scale)
        let top = hash(i, j, scale) * (scale - a) + hash(i + 1, j, scale) * a
        let bottom = hash(i, j + 1, scale) * (scale - a) + hash(i + 1, j + 1, scale) * a
        return (top * (scale - b) + bottom * b) / (scale * scale)
    }

    private static func hash(_ x: Int, _ y: Int, _ seed: Int) -> Int {
        var h = UInt32(truncatingIfNeeded: x &* 374_761_393 &+ y &* 668_265_263 &+ seed &* 2_246_822_519)
        h = (h ^ h >> 13) &* 1_274_126_177
        return Int((h ^ h >> 16) & 255)
    }

    /// A binary PPM file of 8 bits without comments.
    static func read(_ path: String) -> SharedRaster {
        guard let file = unsafe fopen(path, "rb") else { fatalError("cannot open \(path)") }
        defer { unsafe fclose(file) }
        func number() -> Int {
            var (byte, value) = (unsafe fgetc(file), 0)
            while byte < 48 || byte > 57 { byte = unsafe fgetc(file) }
            while byte >= 48, byte <= 57 {
                value = value * 10 + Int(byte) - 48
                byte = unsafe fgetc(file)
            }
            return value
        }
        _ = unsafe (fgetc(file), fgetc(file))
        let (width, height, _) = (number(), number(), number())
        var raster = Raster(width: width, height: height)
        for y in 0..<height {
            var row = raster.mutableRow(y)
            for i in 0..<3 * width { row[i] = UInt8(truncatingIfNeeded: unsafe fgetc(file)) }
        }
        return SharedRaster(raster)
    }
}
