public import Imaging

/// A canvas, and where on it the reference picture lies.
public struct PlacementRequest: Hashable, Sendable {
    /// The requested canvas.
    public var canvas: Size
    /// The size of the whole reference picture.
    public var reference: Size
    /// The canvas column of the reference's left edge; `nil` centers it.
    public var offsetX: Int?
    /// The canvas row of the reference's top edge; `nil` centers it.
    public var offsetY: Int?
    /// Whether parts of the reference outside the canvas are cut off, instead of being refused.
    public var autoCrop: Bool
    /// The output format, which limits the sides.
    public var output: OutputFormat

    public init(
        canvas: Size, reference: Size, offsetX: Int? = nil, offsetY: Int? = nil, autoCrop: Bool = false,
        output: OutputFormat = .png
    ) {
        self.canvas = canvas
        self.reference = reference
        self.offsetX = offsetX
        self.offsetY = offsetY
        self.autoCrop = autoCrop
        self.output = output
    }
}
