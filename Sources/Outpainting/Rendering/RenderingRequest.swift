public import Imaging

/// Everything that decides about the picture that is made of a reference.
public struct RenderingRequest: Sendable {
    /// The canvas asked for.
    public var canvas: Size
    /// Where the reference's left edge and top edge lie; `nil` centres it.
    public var offsetX: Int?
    public var offsetY: Int?
    /// Whether what leaves the canvas is cut off.
    public var autoCrop = false
    public var mode = Mode.high
    /// Whether the rules of fast mode hold in fast mode; the command line takes any picture.
    public var keepsFastRules = true
    /// What size the reference is brought to before anything else, if it is to be smaller than it is.
    public var referenceSize: Size?
    /// What is laid over the picture when all else is done.
    public var watermark: WatermarkRequest?
    /// What fills the canvas.
    public var fill: any Fill
    public var output = OutputFormat.png
    public var transparency = Transparency.kept
    public var encoding = EncodingOptions()
    public var limits = ImageLimits()
    /// Called when the reference is decoded and no larger than the canvas any more.
    public var whenDecoded: @Sendable () -> Void = {}

    /// What becomes of transparent pixels of the reference.
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
