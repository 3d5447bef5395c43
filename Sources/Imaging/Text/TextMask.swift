import CShims

/// A line of text as a coverage mask.
public struct TextMask: Sendable {
    public let width: Int
    public let height: Int
    /// From 0 to 255, row after row.
    public let coverage: [UInt8]

    /// Draws a line `size` pixels high with a font file.
    public init(_ text: String, font: String, size: Int) throws(TextError) {
        let characters = text.unicodeScalars.compactMap(\.drawn)
        var drawn = unsafe outpaint_text()
        // The characters and the path are valid during the call; the caller owns the drawn mask until it is freed.
        let outcome = unsafe characters.withUnsafeBufferPointer {
            unsafe outpaint_text_draw(font, $0.baseAddress, $0.count, UInt32(max(1, size)), &drawn)
        }
        defer { unsafe outpaint_text_free(&drawn) }
        switch outcome {
        case OUTPAINT_TEXT_DRAWN: break
        case OUTPAINT_TEXT_NO_LIBRARY: throw .noLibrary
        case OUTPAINT_TEXT_NO_FONT: throw .noFont
        default: throw .noMemory
        }
        (width, height) = unsafe (drawn.width, drawn.height)
        let count = width * height
        coverage = unsafe Array(UnsafeBufferPointer(start: drawn.coverage, count: count))
    }
}

extension Unicode.Scalar {
    /// The character that is drawn for it: line breaks become spaces, and characters without a shape are left out.
    fileprivate var drawn: UInt32? {
        switch self {
        case "\n", "\t", "\r", "\u{85}", "\u{2028}", "\u{2029}": 0x20
        default:
            switch properties.generalCategory {
            case .control, .format: nil
            default: properties.isNoncharacterCodePoint ? nil : value
            }
        }
    }
}

/// Why a text cannot be drawn.
public enum TextError: Error, Hashable, Sendable {
    case noLibrary
    case noFont
    case noMemory
}

extension TextError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noLibrary: "text cannot be drawn: libfreetype.so.6 is missing; Debian has it in the package libfreetype6"
        case .noFont: "text cannot be drawn: the font is missing; Debian has DejaVu in the package fonts-dejavu-core"
        case .noMemory: "text cannot be drawn: there is no memory for it"
        }
    }
}
