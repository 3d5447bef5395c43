import Bytes
import HTTP
import JSON

/// A request body, classified by its content type and its text.
enum Payload {
    case none
    case json(JSONDocument)
    /// A body of another content type, which is not parsed.
    case other(SharedBytes)

    init(_ body: SharedBytes, isJSON: Bool, valueLimit: Int) throws(ServiceError) {
        if body.count == 0 {
            self = .none
        } else if isJSON {
            do throws(JSONError) {
                self = .json(try JSONDocument(parsing: body, maximumValues: valueLimit))
            } catch {
                switch error {
                case .syntax(let what, let at): throw .invalid([Detail(.syntax(what), .character(at), .emptyObject)])
                case .tooManyValues: throw .tooManyValues
                case .undecodable, .integerTooLong, .tooDeep, .tooLong: throw .unreadableBody
                }
            }
        } else {
            self = .other(body)
        }
    }

    /// The JSON value; null counts as missing.
    func value() throws(ServiceError) -> JSONValue {
        switch self {
        case .none:
            throw .invalid([Detail(.mismatch(.missing), .body, .null)])
        case .json(let document):
            guard !document.root.isNull else { throw .invalid([Detail(.mismatch(.missing), .body, .null)]) }
            return document.root
        case .other(let text):
            throw .invalid([Detail(.mismatch(.notAnObject), .body, .text(text))])
        }
    }
}

extension Request {
    /// Whether the body is parsed as JSON: `application/json`, `application/…+json`, or no content type.
    ///
    /// Python's `email` module uses the part of the type before the first semicolon, and only if that has exactly one
    /// slash.
    var hasJSONBody: Bool {
        borrowing get {
            guard let field = field("content-type"), field.count > 0 else { return true }
            var end = 0
            while end < field.count, field[end] != UInt8(ascii: ";") { end += 1 }
            let type = field.extracting(..<end).trimmed
            let application = "application/" as StaticString
            guard type.count > application.utf8CodeUnitCount,
                type.extracting(first: application.utf8CodeUnitCount).equalsIgnoringCase(application)
            else { return false }
            let subtype = type.extracting(application.utf8CodeUnitCount...)
            for i in subtype.indices where subtype[i] == UInt8(ascii: "/") { return false }
            return subtype.equalsIgnoringCase("json")
                || subtype.count >= 5 && subtype.extracting(last: 5).equalsIgnoringCase("+json")
        }
    }
}

extension Span<UInt8> {
    /// The bytes without leading and trailing white space, as Python's `strip` defines it for Latin-1.
    fileprivate var trimmed: Span<UInt8> {
        @_lifetime(copy self)
        get {
            var (start, end) = (0, count)
            while start < end, self[start].isPythonSpace { start += 1 }
            while end > start, self[end - 1].isPythonSpace { end -= 1 }
            return extracting(start..<end)
        }
    }
}

extension UInt8 {
    /// Whether Python treats the byte as Latin-1 white space; control bytes other than a tab are rejected with the
    /// head.
    fileprivate var isPythonSpace: Bool { self == 0x20 || self == 0x09 || self == 0x85 || self == 0xA0 }
}
