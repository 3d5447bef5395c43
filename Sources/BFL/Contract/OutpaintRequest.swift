public import JSON
public import Outpainting

/// What a caller wants outpainted, as far as the schema can tell: whether the image is one and fits is not looked at.
public struct OutpaintRequest: Sendable {
    /// The image or its address, a string. Its bytes stay in the body that brought them.
    public internal(set) var inputImage: JSONValue
    /// The canvas. Sizes and offsets have no upper bound here; beyond 64 bits they are the nearest number that fits.
    public internal(set) var width = 0
    public internal(set) var height = 0
    public internal(set) var autoCrop = false
    public internal(set) var safetyTolerance = 0
    /// `nil` if the caller sent null, which counts as png.
    public internal(set) var outputFormat: OutputFormat?
    /// A string, or `nil`.
    public internal(set) var prompt: JSONValue?
    /// Where the image's left edge goes; `nil` centres it.
    public internal(set) var referenceOffsetX: Int?
    /// Where the image's top edge goes; `nil` centres it.
    public internal(set) var referenceOffsetY: Int?
    public internal(set) var mode = Mode.high
    /// The whole body, for refusals that echo it.
    public let body: JSONValue

    /// Reads a body that is a JSON value of any kind; the error is a 422 with all that is wrong.
    public init(_ body: JSONValue, errorLimit: Int = .max) throws(ServiceError) {
        self.body = body
        // Stands in until the schema has put the image there; without one there is no request.
        inputImage = body
        let findings = Self.schema.read(body, into: &self, limit: errorLimit)
        if !findings.isEmpty { throw .invalid(findings.map(Detail.init(inBody:))) }
    }
}
