public import Imaging

/// A rule of placement that a request breaks, with the numbers asked, allowed and nearest to what was asked.
public enum PlacementError: Error, Hashable, Sendable {
    /// One of the two sides of a picture.
    public enum Dimension: String, Hashable, Sendable {
        case width, height
    }

    /// A side of the canvas is shorter than `least`.
    case canvasTooSmall(side: Dimension, asked: Int, least: Int)
    /// The canvas has more than `most` pixels; `nearest` has about the same shape and fits.
    case canvasTooLarge(asked: Size, most: Int, nearest: Size)
    /// A side of the canvas is longer than the `most` pixels that a file of the format can have.
    case canvasTooLong(side: Dimension, asked: Int, format: ImageFormat, most: Int)
    /// No pixel of the reference lies on the canvas; at the nearest offsets a corner would.
    case whollyOutside(reference: Rect, canvas: Size, nearestX: Int, nearestY: Int)
    /// The reference leaves the canvas and may not be cropped. An offset is `nil` where no offset would do, because the
    /// reference is larger than the canvas; `leastCanvas` has room for it.
    case outOfBounds(reference: Rect, canvas: Size, nearestX: Int?, nearestY: Int?, leastCanvas: Size)
    /// Fast mode takes the picture in the request only, not by address.
    case fastNeedsInlineImage
    /// Fast mode: a side of the placed reference is shorter than `least`.
    case fastReferenceTooSmall(side: Dimension, asked: Int, least: Int)
    /// Fast mode: the placed reference is longer than `most` times its short side; `nearest` is its longest allowed part.
    case fastReferenceTooLong(asked: Size, most: Int, nearest: Size)
    /// Fast mode: the canvas has more than `most` pixels when padded to whole cells; `nearest` is a canvas with one side
    /// shortened that fits, if there is one.
    case fastCanvasTooLarge(asked: Size, padded: Size, most: Int, nearest: Size?)
}

extension PlacementError {
    /// The numbers of a request as a caller wrote them, where they differ from those that were read: a number beyond 64 bits
    /// is read as the nearest that fits.
    public struct Written: Sendable {
        public var width, height, offsetX, offsetY: String?

        public init() {}

        fileprivate func text(_ side: Dimension, _ read: Int) -> String {
            (side == .width ? width : height) ?? "\(read)"
        }

        fileprivate func text(_ canvas: Size) -> String {
            "\(text(.width, canvas.width))x\(text(.height, canvas.height))"
        }

        fileprivate func text(_ reference: Rect) -> String {
            "\(reference.size) at \(offsetX ?? "\(reference.x)"),\(offsetY ?? "\(reference.y)")"
        }
    }
}

extension PlacementError: CustomStringConvertible {
    public var description: String { sentence() }

    /// One sentence that says what was asked and what would be accepted.
    public func sentence(_ written: Written = Written()) -> String {
        switch self {
        case .canvasTooSmall(let side, let asked, let least):
            return "\(side.rawValue) is \(written.text(side, asked)); it must be at least \(least)"
        case .canvasTooLarge(let asked, let most, let nearest):
            return "canvas \(written.text(asked)) has more than \(most) pixels; \(nearest) would fit"
        case .canvasTooLong(let side, let asked, let format, let most):
            return "\(side.rawValue) is \(written.text(side, asked)); as \(format.rawValue) it must be at most \(most)"
        case .whollyOutside(let reference, let canvas, let nearestX, let nearestY):
            return
                "reference \(written.text(reference)) lies wholly outside canvas \(canvas); cropped, it would touch it at offset \(nearestX),\(nearestY)"
        case .outOfBounds(let reference, let canvas, let nearestX, let nearestY, let leastCanvas):
            let advice =
                if let nearestX, let nearestY {
                    "offset \(nearestX),\(nearestY) would fit, or crop it"
                } else if leastCanvas.width * leastCanvas.height <= Placement.mostPixels {
                    "a canvas of at least \(leastCanvas) would hold it, or crop it"
                } else {
                    "no canvas may be large enough for it, so crop it"
                }
            return "reference \(written.text(reference)) leaves canvas \(canvas); \(advice)"
        case .fastNeedsInlineImage:
            return "fast mode takes a base64 image, not a URL"
        case .fastReferenceTooSmall(let side, let asked, let least):
            return "fast mode: the placed reference's \(side.rawValue) is \(asked); it must be at least \(least)"
        case .fastReferenceTooLong(let asked, let most, let nearest):
            return "fast mode: the placed reference \(asked) is longer than \(most):1; \(nearest) would do"
        case .fastCanvasTooLarge(let asked, let padded, let most, let nearest):
            let advice = nearest.map { "; \($0) would fit" } ?? ""
            return "fast mode: canvas \(asked) padded to \(padded) has more than \(most) pixels\(advice)"
        }
    }
}
