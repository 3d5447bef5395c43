public import Imaging
public import Outbound

/// What counts as a picture in a caller's text.
public struct IntakeSettings: Sendable {
    /// Whether `-` and `_` may stand for 62 and 63, as in URLs.
    public var takesURLAlphabet = true
    /// Whether `=` may be missing at the end.
    public var takesMissingPadding = true
    /// Whether `data:image/png;base64,` may stand before it.
    public var takesDataURLs = true
    /// Whether white space may stand between its characters.
    public var takesLineBreaks = true
    /// Whether there may be the address of a picture in its place.
    public var takesAddresses = true
    /// The bounds of pictures, sent or fetched.
    public var images = ImageLimits()
    /// The bounds for fetching one.
    public var transfer = Limits()

    public init() {}
}
