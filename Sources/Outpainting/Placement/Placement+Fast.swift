/// The further rules of fast mode, which pads the reference on a grid of cells before it works.
extension Placement {
    /// Side of a padding cell in pixels.
    public static let cell = 16
    /// Least width and height of the placed reference.
    public static let leastFastSide = 64
    /// How many times longer than its short side the placed reference may be.
    public static let mostFastAspect = 8

    /// The canvas grown to whole cells, counted from the reference's corner: to the left and above up to the next
    /// multiple before the offset, to the right and below up to a full cell.
    public var padded: Size {
        func grown(_ offset: Int, _ side: Int) -> Int {
            let cell = Placement.cell
            return (offset + cell - 1) / cell * cell + (side - offset + cell - 1) / cell * cell
        }
        return Size(width: grown(placed.x, canvas.width), height: grown(placed.y, canvas.height))
    }

    /// The sound placement of a fast request, or the rule it breaks: first the shared rules, then picture by address,
    /// least sides, longest aspect and most pixels of the padded canvas.
    public init(fast request: PlacementRequest, inlineImage: Bool) throws(PlacementError) {
        try self.init(request)
        if !inlineImage { throw .fastNeedsInlineImage }
        let (least, most) = (Placement.leastFastSide, Placement.mostFastAspect)
        if placed.width < least { throw .fastReferenceTooSmall(side: .width, asked: placed.width, least: least) }
        if placed.height < least { throw .fastReferenceTooSmall(side: .height, asked: placed.height, least: least) }
        if max(placed.width, placed.height) > most * min(placed.width, placed.height) {
            let nearest = Size(
                width: min(placed.width, most * placed.height), height: min(placed.height, most * placed.width))
            throw .fastReferenceTooLong(asked: placed.size, most: most, nearest: nearest)
        }
        if !fitsFast {
            throw .fastCanvasTooLarge(
                asked: canvas, padded: padded, most: Placement.mostPixels, nearest: Placement.nearestFast(to: request))
        }
    }

    private var fitsFast: Bool { padded.width * padded.height <= Placement.mostPixels }

    /// The canvas nearest in area that fits when only its width or only its height is shortened.
    private static func nearestFast(to request: PlacementRequest) -> Size? {
        func shortened(_ side: WritableKeyPath<Size, Int>) -> Size? {
            var less = request
            // Padding adds less than two cells per side, so a canvas that fits is near, if there is one.
            while less.canvas[keyPath: side] > leastSide {
                less.canvas[keyPath: side] -= 1
                guard let placement = try? Placement(less) else { return nil }
                if placement.fitsFast { return less.canvas }
            }
            return nil
        }
        let (narrower, lower) = (shortened(\.width), shortened(\.height))
        guard let narrower, let lower else { return narrower ?? lower }
        return narrower.width * narrower.height >= lower.width * lower.height ? narrower : lower
    }
}
