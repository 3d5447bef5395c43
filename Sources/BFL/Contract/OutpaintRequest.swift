public import JSON
public import Outpainting

/// An outpainting request that matches the schema. The image itself is not checked yet.
public struct OutpaintRequest: Sendable {
    /// A string with the image or its URL. Its bytes remain in the request's body.
    public internal(set) var inputImage: JSONValue
    /// The canvas. Sizes and offsets have no upper bound here; those beyond 64 bits are clamped.
    public internal(set) var width = 0
    public internal(set) var height = 0
    public internal(set) var autoCrop = false
    public internal(set) var safetyTolerance = 0
    /// `nil` if the caller sent null, which means png.
    public internal(set) var outputFormat: OutputFormat?
    /// A string, or `nil`.
    public internal(set) var prompt: JSONValue?
    /// The position of the image's left edge; `nil` centers the image.
    public internal(set) var referenceOffsetX: Int?
    /// The position of the image's top edge; `nil` centers the image.
    public internal(set) var referenceOffsetY: Int?
    public internal(set) var mode = Mode.high
    /// The whole body, for errors that echo it.
    public let body: JSONValue

    /// Validates a body of any JSON type; the error is a 422 with all problems found.
    public init(_ body: JSONValue, errorLimit: Int = .max) throws(ServiceError) {
        self.body = body
        // A placeholder until the schema assigns the required image.
        inputImage = body
        let findings = Self.schema.read(body, into: &self, limit: errorLimit)
        if !findings.isEmpty { throw .invalid(findings.map(Detail.init(inBody:))) }
    }
}
