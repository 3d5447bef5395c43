import Bytes
import JSON

/// The result of parsing a text: its echo, or the error.
enum Outcome: Equatable {
    case value(String)
    case refused(JSONError)

    static func syntax(_ what: JSONSyntaxError, _ at: Int) -> Outcome { .refused(.syntax(what, at: at)) }
}

func outcome(
    _ bytes: consuming ByteBuffer, maximumDepth: Int = 960, maximumValues: Int = .max
) -> Outcome {
    do throws(JSONError) {
        return .value(
            echo(try JSONDocument(parsing: bytes, maximumDepth: maximumDepth, maximumValues: maximumValues).root))
    } catch {
        return .refused(error)
    }
}

func outcome(_ text: String) -> Outcome { outcome(ByteBuffer(text)) }

func outcome(_ bytes: [UInt8]) -> Outcome { outcome(ByteBuffer(bytes.span)) }

func echo(_ value: JSONValue, omitting prefix: StaticString? = nil, _ bounds: EchoBounds = EchoBounds()) -> String {
    var writer = JSONWriter()
    writer.echo(value, omittingKeysWithPrefix: prefix, bounds)
    return writer.finish().bytes.text
}

/// The value a text is.
func root(_ text: String) throws -> JSONValue {
    try JSONDocument(parsing: ByteBuffer(text)).root
}

/// `count` times `piece`.
func repeated(_ piece: String, _ count: Int) -> String {
    String(repeating: piece, count: count)
}
