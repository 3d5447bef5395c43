internal import Imaging

/// A move in pixels: the same as `Move`, after pieces have been aligned.
struct PixelMove: BitwiseCopyable, Equatable, Sendable {
    var flipX: Bool
    var flipY: Bool
    /// The source of pixel `u, v` is `u + x` or, mirrored, `x - u`; the same downwards.
    var x: Int32
    var y: Int32

    /// The pixel move that brings whole cells exactly as the coarse move does.
    init(_ move: Move, cell: Int) {
        flipX = move.flipX
        flipY = move.flipY
        x = Int32(move.flipX ? move.x * cell + cell - 1 : move.x * cell)
        y = Int32(move.flipY ? move.y * cell + cell - 1 : move.y * cell)
    }

    init(flipX: Bool, flipY: Bool, x: Int, y: Int) {
        (self.flipX, self.flipY, self.x, self.y) = (flipX, flipY, Int32(x), Int32(y))
    }

    @inline(__always)
    func column(_ u: Int) -> Int { flipX ? Int(x) &- u : u &+ Int(x) }
    @inline(__always)
    func row(_ v: Int) -> Int { flipY ? Int(y) &- v : v &+ Int(y) }

    func shifted(_ dx: Int, _ dy: Int) -> PixelMove {
        PixelMove(flipX: flipX, flipY: flipY, x: Int(x) + dx, y: Int(y) + dy)
    }
}

extension SharedRaster {
    /// The distance of two pixels: the sum of absolute differences of red, green and blue.
    @inline(__always)
    static func difference(_ a: Span<UInt8>, _ p: Int, _ b: Span<UInt8>, _ q: Int) -> Int {
        abs(Int(a[p]) &- Int(b[q])) &+ abs(Int(a[p &+ 1]) &- Int(b[q &+ 1])) &+ abs(Int(a[p &+ 2]) &- Int(b[q &+ 2]))
    }
}
