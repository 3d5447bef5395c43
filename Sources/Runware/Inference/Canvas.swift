import Imaging
import Outpainting

/// The picture to make: the image with what is to be added on its sides.
struct Canvas: Sendable {
    let size: Size
    let offsetX: Int
    let offsetY: Int

    init(_ wish: ImageInference, _ image: ImageProbe, _ settings: Settings) throws(ServiceError) {
        let (left, top) = (Canvas.held(wish.sides.left), Canvas.held(wish.sides.top))
        size = Size(
            width: image.width + left + Canvas.held(wish.sides.right),
            height: image.height + top + Canvas.held(wish.sides.bottom))
        (offsetX, offsetY) = (left, top)
        if let most = settings.longestSide, max(size.width, size.height) > most {
            throw .parameter(
                Violation(
                    .tooLarge, ["outpaint"], message: "The output would be \(size); no side may be over \(most) pixels."
                ))
        }
        let wanted = PlacementRequest(
            canvas: size, reference: Size(width: image.width, height: image.height), offsetX: left, offsetY: top,
            autoCrop: wish.autoCrop)
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

    /// A number of pixels, held far beyond any picture so that sums cannot overflow.
    private static func held(_ side: Int?) -> Int { min(side ?? 0, 1 << 40) }
}

extension Violation {
    /// A placement that will not do, which the sides decide.
    fileprivate init(_ error: PlacementError) {
        switch error {
        case .canvasTooLarge, .fastCanvasTooLarge:
            self.init(.tooLarge, ["outpaint"], message: "Invalid value for outpaint parameter. The \(error).")
        default:
            self = .invalid("outpaint", "The \(error).")
        }
    }
}
