public import Imaging

/// Everything besides the reference that determines a picture.
public struct RenderingRequest: Sendable {
    /// The requested canvas.
    public var canvas: Size
    /// Where the reference's left edge and top edge lie; `nil` centers it.
    public var offsetX: Int?
    public var offsetY: Int?
    /// Whether what leaves the canvas is cut off.
    public var autoCrop = false
    public var mode = Mode.high
    /// Whether fast mode applies its further placement rules; the command line accepts any picture.
    public var keepsFastRules = true
    /// The size to which the reference is scaled down first, if any.
    public var referenceSize: Size?
    /// The watermark that is composited over the finished picture.
    public var watermark: WatermarkRequest?
    /// What fills the canvas.
    public var fill: any Fill
    public var output = OutputFormat.png
    public var transparency = Transparency.kept
    public var encoding = EncodingOptions()
    public var limits = ImageLimits()
    /// Called once the reference is decoded and cropped: its decoding memory can be given back then.
    public var whenDecoded: @Sendable () -> Void = {}

    /// How transparent pixels of the reference are treated.
    public enum Transparency: String, CaseIterable, Sendable {
        /// They stay as they are in formats that have transparency, and lie on the background in the others.
        case kept
        /// They are filled, like the canvas.
        case filled
    }

    public init(canvas: Size, fill: any Fill) {
        (self.canvas, self.fill) = (canvas, fill)
    }
}
