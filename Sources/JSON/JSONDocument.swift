public import Bytes

/// Parsed JSON text with all its values. Immutable; any thread may read it.
///
/// Values need no allocations of their own, and strings without escapes stay in the text.
public final class JSONDocument: Sendable {
    let text: SharedBytes
    /// The strings that had escapes, one after the other.
    let unescaped: SharedBytes
    let nodes: [Node]

    /// Reads `source`, in any of the encodings and with all the liberties of Python's `json.loads`.
    ///
    /// At most `maximumDepth` arrays and objects may stand inside each other. Python 3.11 gets to about 960. Names of
    /// members count among the values.
    public init(
        parsing source: SharedBytes, maximumDepth: Int = 960, maximumValues: Int = .max
    ) throws(JSONError) {
        let (encoding, mark) = TextEncoding.detect(source.bytes)
        var (text, start) = (source, mark)
        if encoding != .utf8 {
            guard let decoded = encoding.decode(source.bytes.extracting(mark...)) else { throw .undecodable }
            (text, start) = (SharedBytes(decoded), 0)
        }
        // Nodes count in 32 bits. Unescaped text is never longer than the text it comes from.
        guard text.count < UInt32.max else { throw .tooLong }

        var parser = Parser(
            text.bytes, from: start, maximumDepth: maximumDepth, maximumValues: maximumValues)
        do {
            try parser.parse()
        } catch {
            throw JSONDocument.error(error, in: text.bytes, from: start)
        }
        self.text = text
        (nodes, unescaped) = parser.finish()
    }

    /// Reads `source`; see ``init(parsing:maximumDepth:maximumValues:)-(SharedBytes,_,_)``.
    public convenience init(
        parsing source: consuming ByteBuffer, maximumDepth: Int = 960, maximumValues: Int = .max
    ) throws(JSONError) {
        try self.init(parsing: SharedBytes(source), maximumDepth: maximumDepth, maximumValues: maximumValues)
    }

    /// The value the text is.
    public var root: JSONValue { JSONValue(document: self, index: 0) }

    /// The error for a caller. Python decodes all of the text before it parses any, so text that cannot be decoded is
    /// reported before an earlier syntax error.
    private static func error(_ failure: Parser.Failure, in text: Span<UInt8>, from start: Int) -> JSONError {
        guard GeneralizedUTF8.isWellFormed(text, from: start) else { return .undecodable }
        return switch failure {
        case .syntax(let what, let at): .syntax(what, at: GeneralizedUTF8.countCodePoints(in: text, start..<at))
        case .undecodable: .undecodable
        case .integerTooLong: .integerTooLong
        case .tooDeep: .tooDeep
        case .tooManyValues: .tooManyValues
        }
    }
}

extension Parser {
    /// The parsed nodes and strings.
    fileprivate consuming func finish() -> (nodes: [Node], unescaped: SharedBytes) {
        (nodes, SharedBytes(unescaped))
    }
}
