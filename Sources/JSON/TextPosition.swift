import Bytes

/// A position in text as editors show it: lines and columns count from 1, columns in code points.
public struct TextPosition: Hashable, Sendable, CustomStringConvertible {
    public var line = 1
    public var column = 1

    public var description: String { "\(line):\(column)" }

    /// The position of the byte at `offset` in UTF-8.
    public init(ofByte offset: Int, in text: Span<UInt8>) {
        for i in 0..<min(offset, text.count) { step(over: text[i]) }
    }

    /// The position of a code point in UTF-8, as ``JSONError`` counts them: a byte order mark is not among them.
    public init(ofCodePoint index: Int, in text: Span<UInt8>) {
        let hasMark = text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF
        var left = index
        for i in (hasMark ? 3 : 0)..<text.count {
            let isContinuation = text[i] & 0xC0 == 0x80
            if left == 0, !isContinuation { return }
            if !isContinuation { left -= 1 }
            step(over: text[i])
        }
    }

    private mutating func step(over byte: UInt8) {
        if byte == UInt8(ascii: "\n") {
            (line, column) = (line + 1, 1)
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
    }
}

extension JSONValue {
    /// Where a string without escapes or a number begins in the document's text; `nil` for anything else.
    public var position: TextPosition? {
        let offset: Int
        switch node.kind {
        case .integer, .float: offset = Int(node.place)
        case .string where !node.isUnescaped: offset = Int(node.place) - 1
        default: return nil
        }
        let text = document.text
        return TextPosition(ofByte: offset, in: text.bytes)
    }
}
