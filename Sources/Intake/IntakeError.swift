public import Bytes
public import Imaging
public import Outbound

/// Why a caller's text does not give an image.
public enum IntakeError: Error, Sendable {
    /// Neither base64 of the accepted forms nor a URL. `character` is where decoding stopped, `nil` at the end of the text.
    case notBase64(Base64.DecodingError, character: Unicode.Scalar?)
    /// A `data:` URL that is not base64.
    case badDataURL
    /// A URL where none is accepted.
    case addressRefused
    /// The URL could not be fetched.
    case notFetched(OutboundError)
    /// Images being decoded leave too little memory for this one.
    case noMemory
    /// The file is not a supported image. `type` is the content type that the host sent.
    case image(ImageError, type: String? = nil)
}

extension IntakeError: CustomStringConvertible {
    /// One sentence that says what is wrong. It repeats at most one character of the text.
    public var description: String {
        switch self {
        case .notBase64(let error, let character):
            switch error.reason {
            case .character:
                "the image is not base64: character \(error.offset)\(Self.shown(character)) is not in the alphabet"
            case .padding: "the image is not base64: the padding at character \(error.offset) is wrong"
            case .end: "the image is not base64: it ends too early"
            }
        case .badDataURL: "the data URL is not one of base64"
        case .addressRefused: "URLs are not fetched here; send the image as base64"
        case .notFetched(let error): error.description
        case .noMemory: "too many large images are being read"
        case .image(let error, nil): error.description
        case .image(let error, let type?): "\(error.description); the URL's host calls it \(type)"
        }
    }

    /// A character in quotes, escaped where it would not be seen or would end the quotes.
    private static func shown(_ character: Unicode.Scalar?) -> String {
        guard let character else { return "" }
        let isPlain = character.value > 0x20 && character.value < 0x7F && character != "'" && character != "\\"
        return isPlain ? " ('\(character)')" : " ('\(character.escaped(asASCII: true))')"
    }
}
