/// What an encoder may be told beside the format.
public struct EncodingOptions: Sendable {
    /// The program the file names as its maker, in a text chunk of PNG, a comment of JPEG or the EXIF of WebP; `nil` for
    /// none. Latin letters alone are sure to be read everywhere.
    public var software: String?
    /// What transparent pixels lie on in a format without transparency: red, green, blue.
    public var background: (red: UInt8, green: UInt8, blue: UInt8)

    public init(
        software: String? = nil, background: (red: UInt8, green: UInt8, blue: UInt8) = (255, 255, 255)
    ) {
        self.software = software
        self.background = background
    }
}
