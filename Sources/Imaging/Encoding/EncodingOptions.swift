/// What an encoder may be told beside the format.
public struct EncodingOptions: Sendable {
    /// The program the file names as its maker, in a text chunk of PNG, a comment of JPEG or the EXIF of WebP; `nil` for
    /// none. ASCII alone is sure to be read alike everywhere.
    public var software: String?
    /// What transparent pixels lie on in a format without transparency.
    public var background: Color

    public init(software: String? = nil, background: Color = .white) {
        (self.software, self.background) = (software, background)
    }
}
