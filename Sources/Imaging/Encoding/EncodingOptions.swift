/// What an encoder may be told beside the format.
public struct EncodingOptions: Sendable {
    /// The program the file names as its maker, in a text chunk of PNG, a comment of JPEG or the EXIF of WebP; `nil` for
    /// none. ASCII alone is sure to be read alike everywhere.
    public var software: String?
    /// What transparent pixels lie on in a format without transparency.
    public var background: Colour

    /// An opaque colour of sRGB.
    public struct Colour: Hashable, Sendable {
        public var red, green, blue: UInt8

        public static let white = Colour(red: 255, green: 255, blue: 255)

        public init(red: UInt8, green: UInt8, blue: UInt8) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }
    }

    public init(software: String? = nil, background: Colour = .white) {
        (self.software, self.background) = (software, background)
    }
}
