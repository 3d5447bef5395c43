/// The options of an encoder besides the format.
public struct EncodingOptions: Sendable {
    /// The program that the file names as its maker: in a text chunk of PNG, a comment of JPEG or the EXIF of WebP; `nil` for
    /// none. Only ASCII is read alike by all programs.
    public var software: String?
    /// The background of transparent pixels in a format without transparency.
    public var background: Color

    public init(software: String? = nil, background: Color = .white) {
        (self.software, self.background) = (software, background)
    }
}
