import Imaging
import Outpainting

/// The picture to make: the image with what is to be added on its sides.
struct Canvas: Sendable {
    private(set) var size: Size
    private(set) var offsetX: Int
    private(set) var offsetY: Int
    /// The size the image is brought to before, if all would be too large.
    private(set) var referenceSize: Size?

    init(_ wish: ImageInference, _ image: ImageProbe, _ settings: Settings) throws(ServiceError) {
        (offsetX, offsetY) = (Canvas.held(wish.sides.left), Canvas.held(wish.sides.top))
        size = Size(
            width: image.width + offsetX + Canvas.held(wish.sides.right),
            height: image.height + offsetY + Canvas.held(wish.sides.bottom))
        if settings.resizesLarge { shrink(Size(width: image.width, height: image.height)) }
        if let most = settings.longestSide, max(size.width, size.height) > most {
            throw .parameter(
                Violation(
                    .tooLarge, ["outpaint"], message: "The output would be \(size); no side may be over \(most) pixels."
                ))
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

    /// Makes image and sides smaller alike, so that all is no more than there may be.
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

    /// A number of pixels, held far beyond any picture so that sums cannot overflow.
    private static func held(_ side: Int?) -> Int { min(side ?? 0, 1 << 40) }
}

extension Violation {
    /// A placement that will not do, which the sides decide.
    fileprivate init(_ error: PlacementError) {
        switch error {
        case .canvasTooLarge, .canvasTooLong, .fastCanvasTooLarge:
            self.init(.tooLarge, ["outpaint"], message: "Invalid value for outpaint parameter. The \(error).")
        default:
            self = .invalid("outpaint", "The \(error).")
        }
    }
}
