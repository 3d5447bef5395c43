public import Bytes
public import Imaging
public import Outbound

/// Why a caller's text leads to no picture. The one table of such reasons.
public enum IntakeError: Error, Sendable {
    /// It is neither base64 of the accepted forms nor an address. `character` stands where decoding stopped, if the text
    /// does not end there.
    case notBase64(Base64.DecodingError, character: Unicode.Scalar?)
    /// It is a `data:` URL, but not one of base64.
    case badDataURL
    /// It is an address, and none is taken here.
    case addressRefused
    /// What it leads to cannot be had.
    case notFetched(OutboundError)
    /// Pictures that are being decoded leave too little memory for this one.
    case noMemory
    /// What it leads to is not a picture that is read. A type is what the other side called it.
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
