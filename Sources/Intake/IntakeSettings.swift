public import Imaging
public import Outbound

/// Which forms of text are accepted as an image.
public struct IntakeSettings: Sendable {
    /// Whether `-` and `_` are accepted for 62 and 63, as in URLs.
    public var takesURLAlphabet = true
    /// Whether `=` may be missing at the end.
    public var takesMissingPadding = true
    /// Whether a prefix such as `data:image/png;base64,` is accepted.
    public var takesDataURLs = true
    /// Whether white space between characters is skipped.
    public var takesLineBreaks = true
    /// Whether the URL of an image is accepted.
    public var takesAddresses = true
    /// The limits of images, sent or fetched.
    public var images = ImageLimits()
    /// The limits of a fetch.
    public var transfer = Limits()

    public init() {}
}
