public import Imaging
public import Parallel

/// The edge extended, and blurred more with distance.
///
/// Pixel (u, v), counted from the reference's corner, lies dx columns and dy rows outside it (0 inside). With
/// D = max(dx, dy) and r = D / 2 rounded down it is the mean of the extended edge (see `EdgeFill`) over the square of
/// 2r + 1 pixels around it, each channel rounded half up. That square never reaches the farther side's edge line, so it
/// shows only that one line: the mean is over 2r + 1 pixels of the left or right column (dx >= dy) or of the top or
/// bottom row, with positions clamped.
public struct BlurFill: Fill {
    public init() {}

    public func plan(
        _ reference: SharedRaster, _ placement: Placement, on workers: some Workers, progress: @escaping FillProgress
    ) throws(FillCancelled) -> any FillPlan {
        let plan = Plan(reference, placement)
        if !progress(1) { throw FillCancelled() }
        return plan
    }

    private final class Plan: RowPlan {
        let reference: SharedRaster
        let placement: Placement
        private let left: EdgeLine
        private let right: EdgeLine
        private let top: EdgeLine
        private let bottom: EdgeLine

        init(_ reference: SharedRaster, _ placement: Placement) {
            self.reference = reference
            self.placement = placement
            let (width, height) = (reference.width, reference.height)
            left = EdgeLine(height) { reference.row($0).pixel(0) }
            right = EdgeLine(height) { reference.row($0).pixel(width - 1) }
            top = EdgeLine(width) { reference.row(0).pixel($0) }
            bottom = EdgeLine(width) { reference.row(height - 1).pixel($0) }
        }

        func paint(row y: Int, into line: inout MutableSpan<UInt8>) {
            let (placed, reference) = (placement.placed, reference)
            let v = y - placed.y
            let dy = v < 0 ? -v : max(0, v - placed.height + 1)
            if dy == 0 { line.copy(reference.row(v), to: 3 * placed.x) }
            let layer = v < 0 ? top : bottom
            for x in 0..<canvas.width {
                let u = x &- placed.x
                let dx = u < 0 ? 0 &- u : max(0, u &- placed.width &+ 1)
                if dx >= dy {
                    if dx > 0 { line.setPixel(x, (u < 0 ? left : right).mean(around: v, dx >> 1)) }
                } else {
                    line.setPixel(x, layer.mean(around: u, dy >> 1))
                }
            }
        }
    }
}
