public import Imaging
public import Parallel

/// The edge extended: pixel (u, v), counted from the reference's corner, is reference pixel
/// (clamp(u, 0, w - 1), clamp(v, 0, h - 1)).
public struct EdgeFill: Fill {
    public init() {}

    public func plan(
        _ reference: SharedRaster, _ placement: Placement, on workers: some Workers, progress: @escaping FillProgress
    ) throws(FillCancelled) -> any FillPlan {
        if !progress(1) { throw FillCancelled() }
        return Plan(reference: reference, placement: placement)
    }

    private struct Plan: RowPlan {
        let reference: SharedRaster
        let placement: Placement

        func paint(row y: Int, into line: inout MutableSpan<UInt8>) {
            let (placed, reference) = (placement.placed, reference)
            let source = reference.row(clamp(y - placed.y, 0, placed.height - 1))
            line.paint(0..<placed.x, source.pixel(0))
            line.copy(source, to: 3 * placed.x)
            line.paint(placed.right..<canvas.width, source.pixel(placed.width - 1))
        }
    }
}
