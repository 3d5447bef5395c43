internal import Imaging

/// A picture scaled down: each pixel is the rounded mean of `side` x `side`, or of the rest at the right and bottom edge.
final class Downscaled: Sendable {
    private let width: Int
    private let height: Int
    private let columns: Int
    private let rows: Int
    private let pixels: Table<SIMD4<UInt8>>

    init(_ picture: SharedRaster, side: Int) {
        width = picture.width
        height = picture.height
        columns = ceilDivide(width, side)
        rows = ceilDivide(height, side)
        pixels = Table(columns * rows, repeating: SIMD4())
        for j in 0..<rows {
            for i in 0..<columns {
                var (r, g, b) = (0, 0, 0)
                let (right, bottom) = (min(width, i * side + side), min(height, j * side + side))
                let count = (right - i * side) * (bottom - j * side)
                for y in j * side..<bottom {
                    let row = picture.row(y)
                    for x in i * side..<right {
                        r &+= Int(row[3 &* x])
                        g &+= Int(row[3 &* x &+ 1])
                        b &+= Int(row[3 &* x &+ 2])
                    }
                }
                let half = count / 2
                pixels[j * columns + i] = SIMD4(
                    UInt8((r + half) / count), UInt8((g + half) / count), UInt8((b + half) / count), 0)
            }
        }
    }

    /// The index of the downscaled pixel that holds a pixel of the picture, -1 outside; `shift` is the logarithm of the
    /// side.
    @inline(__always)
    func index(_ x: Int, _ y: Int, shift: Int) -> Int {
        within(x, width) && within(y, height) ? (y >> shift) &* columns &+ x >> shift : -1
    }

    /// The index of the downscaled pixel nearest to a place.
    @inline(__always)
    func clampedIndex(_ i: Int, _ j: Int) -> Int {
        clamp(j, 0, rows &- 1) &* columns &+ clamp(i, 0, columns &- 1)
    }

    /// The distance of two downscaled pixels, -1 if one of them lies outside.
    @inline(__always)
    func difference(_ a: Int, _ b: Int) -> Int {
        if a < 0 || b < 0 { return -1 }
        let (p, q) = (pixels[a], pixels[b])
        return abs(Int(p.x) &- Int(q.x)) &+ abs(Int(p.y) &- Int(q.y)) &+ abs(Int(p.z) &- Int(q.z))
    }
}
