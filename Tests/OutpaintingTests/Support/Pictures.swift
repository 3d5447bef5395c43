import Imaging
import TestSupport

/// Pictures made by formulas, the same on every machine.
enum Pictures {
    /// A sky gradient over a textured ground with a post and a disc, integers only.
    static func scene(_ width: Int, _ height: Int) -> SharedRaster {
        var noise: UInt32 = 2_463_534_242
        return make(width, height) { x, y in
            noise ^= noise << 13
            noise ^= noise >> 17
            noise ^= noise << 5
            let n = Int(noise >> 24)
            var color: (Int, Int, Int)
            if y * 5 < height * 2 {
                color = (90 + y * 100 / height, 140 + y * 90 / height, 220 - x * 20 / width)
            } else {
                let t = n / 4 + (x * 7 + y * 3) % 23
                color = (40 + t, 90 + t, 30 + t / 2)
            }
            let post = (x - width * 3 / 10) * 2
            // -width / 20 rounds down here.
            if post >= -((width + 19) / 20), post < width / 20, height / 5 < y, y < height * 7 / 10 {
                color = (120 + n / 8, 80, 40)
            }
            let (dx, dy, radius) = (x - width * 7 / 10, y - height / 4, height / 9)
            if dx * dx + dy * dy < radius * radius { color = (250, 230, 120) }
            return color
        }
    }

    static func flat(_ width: Int, _ height: Int, _ color: (Int, Int, Int)) -> SharedRaster {
        make(width, height) { _, _ in color }
    }

    static func noise(_ width: Int, _ height: Int, seed: UInt64) -> SharedRaster {
        var random = Seeded(seed)
        return make(width, height) { _, _ in
            let bits = random.next()
            return (Int(bits & 255), Int(bits >> 8 & 255), Int(bits >> 16 & 255))
        }
    }

    static func checkerboard(_ width: Int, _ height: Int, square: Int) -> SharedRaster {
        make(width, height) { x, y in (x / square + y / square) % 2 == 0 ? (255, 255, 255) : (0, 0, 0) }
    }

    static func make(_ width: Int, _ height: Int, _ color: (Int, Int) -> (Int, Int, Int)) -> SharedRaster {
        var raster = Raster(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width {
                let (r, g, b) = color(x, y)
                let p = (y * width + x) * 3
                var pixels = raster.mutablePixels
                pixels[p] = UInt8(min(r, 255))
                pixels[p + 1] = UInt8(min(g, 255))
                pixels[p + 2] = UInt8(min(b, 255))
            }
        }
        return SharedRaster(raster)
    }
}
