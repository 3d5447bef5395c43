import Imaging

/// Where the visible part of a reference lies on its canvas: the geometry every fill starts from.
///
/// It is made from a request by rules (see `init(_:)`), so a value of this type is always sound: `placed` lies inside
/// the canvas, is not empty and is as large as `crop`.
public struct Placement: Hashable, Sendable {
    /// The picture to make.
    public let canvas: Size
    /// The part of the reference that is used, in the reference's own pixels.
    public let crop: Rect
    /// Where that part lies on the canvas.
    public let placed: Rect

    /// Least width and height of a canvas.
    public static let leastSide = 64
    /// Most pixels of a canvas: 4 MP.
    public static let mostPixels = 4_194_304

    /// The placement of a valid request; throws the rule that the request breaks.
    ///
    /// The rules are judged in this order: least sides, most pixels, longest sides, wholly outside, partly outside. An axis without an
    /// offset is centered: the offset is `(canvas - reference) / 2` rounded down, so of an odd margin the odd pixel lies
    /// right or below, and of an odd overhang it is cut off on the left or top.
    public init(_ request: PlacementRequest) throws(PlacementError) {
        precondition(request.reference.width > 0 && request.reference.height > 0)
        try Placement.check(canvas: request.canvas)
        try Placement.check(canvas: request.canvas, as: request.output)
        let (canvas, reference) = (request.canvas, request.reference)
        let x = Axis(canvas: canvas.width, reference: reference.width, offset: request.offsetX)
        let y = Axis(canvas: canvas.height, reference: reference.height, offset: request.offsetY)
        let asked = Rect(x: x.asked, y: y.asked, width: reference.width, height: reference.height)
        if x.visible <= 0 || y.visible <= 0 {
            throw .whollyOutside(
                reference: asked, canvas: canvas, nearestX: x.nearestTouching, nearestY: y.nearestTouching)
        }
        if !request.autoCrop, x.overhangs || y.overhangs {
            throw .outOfBounds(
                reference: asked, canvas: canvas, nearestX: x.nearestInside, nearestY: y.nearestInside,
                leastCanvas: Size(
                    width: max(canvas.width, reference.width), height: max(canvas.height, reference.height)))
        }
        self.canvas = canvas
        crop = Rect(x: x.from - x.offset, y: y.from - y.offset, width: x.visible, height: y.visible)
        placed = Rect(x: x.from, y: y.from, width: x.visible, height: y.visible)
    }

    /// A placement of a whole reference without the limits above, for the inside of fills and for tests.
    public init(canvas: Size, placed: Rect) {
        precondition(placed.width > 0 && placed.height > 0 && placed.x >= 0 && placed.y >= 0)
        precondition(placed.right <= canvas.width && placed.bottom <= canvas.height)
        self.canvas = canvas
        self.placed = placed
        crop = Rect(x: 0, y: 0, width: placed.width, height: placed.height)
    }

    /// The placement of only a part of the picture placed here; all else is canvas.
    func narrowed(to part: Rect) -> Placement {
        let place = Rect(x: placed.x + part.x, y: placed.y + part.y, width: part.width, height: part.height)
        return Placement(canvas: canvas, placed: place)
    }

    /// Refuses a canvas that no reference could be placed on.
    public static func check(canvas: Size) throws(PlacementError) {
        if canvas.width < leastSide { throw .canvasTooSmall(side: .width, asked: canvas.width, least: leastSide) }
        if canvas.height < leastSide { throw .canvasTooSmall(side: .height, asked: canvas.height, least: leastSide) }
        let (pixels, overflow) = canvas.width.multipliedReportingOverflow(by: canvas.height)
        if overflow || pixels > mostPixels {
            throw .canvasTooLarge(asked: canvas, most: mostPixels, nearest: fitting(canvas))
        }
    }

    /// Refuses a canvas that no file of the format could hold.
    private static func check(canvas: Size, as output: OutputFormat) throws(PlacementError) {
        let most = output.longestSide
        for (side, asked) in [(PlacementError.Dimension.width, canvas.width), (.height, canvas.height)]
        where asked > most {
            throw .canvasTooLong(side: side, asked: asked, format: output.format, most: most)
        }
    }

    /// The largest canvas of about the same shape that is allowed.
    private static func fitting(_ canvas: Size) -> Size {
        // Floating point is good enough: the result is advice, and it is clamped to fit.
        let scale = (Double(mostPixels) / (Double(canvas.width) * Double(canvas.height))).squareRoot()
        let most = mostPixels / leastSide
        let width = min(max(Int(min(Double(canvas.width) * scale, Double(most))), leastSide), most)
        let height = min(max(Int(min(Double(canvas.height) * scale, Double(most))), leastSide), mostPixels / width)
        return Size(width: width, height: height)
    }
}

extension Placement {
    /// Unknown columns to the left, rows above, columns to the right and rows below the reference.
    public var margins: (left: Int, top: Int, right: Int, bottom: Int) {
        (placed.x, placed.y, canvas.width - placed.right, canvas.height - placed.bottom)
    }

    /// The number of pixels a fill makes.
    public var pixelsToFill: Int {
        canvas.width * canvas.height - placed.width * placed.height
    }
}

/// One axis of a placement.
private struct Axis {
    let canvas: Int
    let reference: Int
    /// The requested offset, and the same clamped.
    let asked: Int
    let offset: Int

    /// Offsets are held within this, far beyond any picture, so that sums with sizes cannot overflow.
    static let farthest = 1 << 40

    init(canvas: Int, reference: Int, offset: Int?) {
        self.canvas = canvas
        self.reference = reference
        // An arithmetic shift rounds down for negative overhangs, too.
        asked = offset ?? (canvas - reference) >> 1
        self.offset = min(max(asked, -Axis.farthest), Axis.farthest)
    }

    var from: Int { max(0, offset) }
    var visible: Int { min(canvas, offset + reference) - from }
    var overhangs: Bool { offset < 0 || offset + reference > canvas }
    var nearestTouching: Int { min(max(offset, 1 - reference), canvas - 1) }
    var nearestInside: Int? { reference > canvas ? nil : min(max(offset, 0), canvas - reference) }
}
