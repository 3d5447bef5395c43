public import Imaging
public import Parallel

/// One color: pixel (x, y) is `color` outside the reference.
public struct SolidFill: Fill {
    private let color: Color

    public init(_ color: Color) {
        self.color = color
    }

    public func plan(
        _ reference: SharedRaster, _ placement: Placement, on workers: some Workers, progress: @escaping FillProgress
    ) throws(FillCancelled) -> any FillPlan {
        if !progress(1) { throw FillCancelled() }
        return Plan(reference: reference, placement: placement, color: color)
    }

    private struct Plan: RowPlan {
        let reference: SharedRaster
        let placement: Placement
        let color: Color

        func paint(row y: Int, into line: inout MutableSpan<UInt8>) {
            let (placed, reference) = (placement.placed, reference)
            if !within(y - placed.y, placed.height) { return line.paint(0..<canvas.width, color) }
            line.paint(0..<placed.x, color)
            line.copy(reference.row(y - placed.y), to: 3 * placed.x)
            line.paint(placed.right..<canvas.width, color)
        }
    }
}

extension Color {
    /// The first of the three colors BFL says its model pads with inside ("green, blue, and magenta"); that it is pure
    /// green is assumed.
    public static let paddingGreen = Color(red: 0, green: 255, blue: 0)
}
