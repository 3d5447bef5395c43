public import Imaging
public import Parallel

/// A mirror at each edge: pixel (u, v), counted from the reference's corner, is reference pixel (fold(u, w), fold(v, h))
/// with fold(i, n) = m if m < n, else 2n - 1 - m, where m is i modulo 2n (0 to 2n - 1).
///
/// The plane is tiled with the reference and its mirror images; edge pixels stand twice.
public struct MirrorFill: Fill {
    public init() {}

    public func plan(
        _ reference: SharedRaster, _ placement: Placement, on workers: some Workers, progress: @escaping FillProgress
    ) throws(FillCancelled) -> any FillPlan {
        if !progress(1) { throw FillCancelled() }
        return Plan(reference: reference, placement: placement)
    }

    static func fold(_ i: Int, _ n: Int) -> Int {
        let m = i - floorDivide(i, 2 * n) * 2 * n
        return m < n ? m : 2 * n - 1 - m
    }

    private struct Plan: RowPlan {
        let reference: SharedRaster
        let placement: Placement

        func paint(row y: Int, into line: inout MutableSpan<UInt8>) {
            let (placed, reference) = (placement.placed, reference)
            let source = reference.row(MirrorFill.fold(y - placed.y, placed.height))
            // Runs in which the source goes one way.
            var x = 0
            while x < canvas.width {
                let u = x - placed.x
                let tile = floorDivide(u, placed.width)
                let end = min(canvas.width, (tile + 1) * placed.width + placed.x)
                var q = MirrorFill.fold(u, placed.width)
                if tile & 1 == 0 {
                    line.copy(source.extracting(3 * q..<3 * (q + end - x)), to: 3 * x)
                } else {
                    for x in x..<end {
                        line.setPixel(x, source.pixel(q))
                        q &-= 1
                    }
                }
                x = end
            }
        }
    }
}
