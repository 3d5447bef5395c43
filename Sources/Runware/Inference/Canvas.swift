import Imaging
import Outpainting

/// The geometry of the result: the image and the areas to add on its sides.
struct Canvas: Sendable {
    private(set) var size: Size
    private(set) var offsetX: Int
    private(set) var offsetY: Int
    /// The size to which the image is scaled first, if the result would be too large.
    private(set) var referenceSize: Size?

    init(_ wish: ImageInference, _ image: ImageProbe, _ settings: Settings) throws(ServiceError) {
        let sides = [wish.sides.top, wish.sides.right, wish.sides.bottom, wish.sides.left]
        guard sides.allSatisfy({ $0 ?? 0 < Canvas.endless }) else {
            throw .parameter(.tooLarge("The output must not have more than \(Placement.mostPixels) pixels."))
        }
        (offsetX, offsetY) = (wish.sides.left ?? 0, wish.sides.top ?? 0)
        size = Size(
            width: image.width + offsetX + (wish.sides.right ?? 0),
            height: image.height + offsetY + (wish.sides.bottom ?? 0))
        if settings.resizesLarge { shrink(Size(width: image.width, height: image.height)) }
        if let most = settings.longestSide, max(size.width, size.height) > most {
            throw .parameter(.tooLarge("The output would be \(size); no side may be over \(most) pixels."))
        }
        let wanted = PlacementRequest(
            canvas: size, reference: referenceSize ?? Size(width: image.width, height: image.height),
            offsetX: offsetX, offsetY: offsetY, autoCrop: wish.autoCrop, output: wish.output)
        do throws(PlacementError) {
            if wish.mode == .fast, settings.fastHasRules {
                _ = try Placement(fast: wanted, inlineImage: true)
            } else {
                _ = try Placement(wanted)
            }
        } catch {
            throw .parameter(Violation(error))
        }
    }

    /// Scales down the image and the sides by the same factor, so that the result fits the limit.
    private mutating func shrink(_ image: Size) {
        let pixels = Double(size.width) * Double(size.height)
        guard pixels > Double(Placement.mostPixels) else { return }
        let scale = (Double(Placement.mostPixels) / pixels).squareRoot()
        func scaled(_ length: Int) -> Int { Int(Double(length) * scale) }
        let reference = Size(width: max(1, scaled(image.width)), height: max(1, scaled(image.height)))
        size = Size(
            width: max(reference.width, scaled(size.width)), height: max(reference.height, scaled(size.height)))
        (offsetX, offsetY) = (
            min(scaled(offsetX), size.width - reference.width), min(scaled(offsetY), size.height - reference.height)
        )
        referenceSize = reference
    }

    /// An upper bound for lengths, far larger than any picture, so that sums of them cannot overflow.
    private static let endless = 1 << 30
}

extension Violation {
    /// The violation for sides that make the result too large.
    fileprivate static func tooLarge(_ reason: String) -> Violation {
        Violation(.tooLarge, ["outpaint"], message: "Invalid value for outpaint parameter. \(reason)")
    }

    /// Converts a placement error. Omits suggestions about the canvas size, which Runware's tasks do not specify.
    fileprivate init(_ error: PlacementError) {
        switch error {
        case .canvasTooLarge(let asked, let most, _):
            self = .tooLarge("The output would be \(asked), which is more than \(most) pixels.")
        case .fastCanvasTooLarge(let asked, let padded, let most, _):
            self = .tooLarge(
                "In fast mode, the output would be \(asked), padded to \(padded), which is more than \(most) pixels.")
        case .canvasTooLong: self = .tooLarge(Violation.sentence(error))
        default: self = .invalid("outpaint", Violation.sentence(error))
        }
    }

    private static func sentence(_ error: PlacementError) -> String {
        let text = error.description
        return text.prefix(1).uppercased() + text.dropFirst() + "."
    }
}
