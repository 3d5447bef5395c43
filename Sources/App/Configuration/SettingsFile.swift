import Bytes
import JSON
import Net
import System

/// A JSON object of settings, keyed by flag name.
struct SettingsFile {
    let path: String
    let entries: [Entry]

    /// A member of the object.
    struct Entry {
        let name: String
        let value: JSONValue
        let position: TextPosition?
    }

    private static let longest = 1 << 20

    /// Reads the file at `path`; `origin` names the setting that refers to it.
    init(_ path: String, from origin: String) throws(UsageError) {
        self.path = path
        let bytes: ByteBuffer
        do throws(Errno) {
            bytes = try File.read(FilePath(path), upTo: SettingsFile.longest)
        } catch {
            throw UsageError("\(origin): cannot read \(quoted(path)): \(error)")
        }
        guard bytes.count <= SettingsFile.longest else {
            throw UsageError("\(origin): \(quoted(path)) is larger than \(ByteSize.show(SettingsFile.longest))")
        }
        let source = SharedBytes(bytes)
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONDocument(parsing: source, maximumDepth: 8).root
        } catch {
            throw SettingsFile.error(error, in: source.bytes, path)
        }
        guard root.kind == .object else {
            throw UsageError("\(printable(FilePath(path))): expected a JSON object, not \(root.kind.article)")
        }
        entries = root.members.map { member in
            Entry(name: member.key.string ?? "", value: member.value, position: member.key.position)
        }
    }

    private static func error(_ error: JSONError, in text: Span<UInt8>, _ path: String) -> UsageError {
        let name = printable(FilePath(path))
        return switch error {
        case .syntax(let what, let at):
            UsageError("\(name):\(TextPosition(ofCodePoint: at, in: text)): no JSON: \(what.message)")
        case .undecodable: UsageError("\(name): no JSON: not UTF-8")
        case .tooDeep, .tooManyValues, .tooLong, .integerTooLong: UsageError("\(name): no JSON that holds settings")
        }
    }

    /// An error in the file, at the value that `pointer` refers to (RFC 6901), if any.
    func error(_ what: String, at pointer: [String] = [], _ position: TextPosition?) -> UsageError {
        let path = printable(FilePath(path)) + (position.map { ":\($0)" } ?? "")
        let name = pointer.map { "/" + $0.replacingForPointer }.joined()
        return UsageError(path + (name.isEmpty ? "" : ": \(printable(FilePath(name)))") + ": \(what)")
    }
}

extension JSONValue {
    /// A single value as the text that a flag would have, with its JSON type; `nil` for any other value.
    var settingText: (text: String, form: JSONForm)? {
        switch kind {
        case .string: string.map { ($0, .string) }
        case .integer, .float: (bytes.text, .number)
        case .bool: bool.map { ($0 ? "true" : "false", .boolean) }
        case .null, .array, .object: nil
        }
    }
}

extension JSONValue.Kind {
    /// The JSON type with an article, for use in a sentence.
    var article: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .float: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension String {
    /// The name, escaped for a JSON pointer (RFC 6901, section 3).
    fileprivate var replacingForPointer: String {
        reduce(into: "") { text, letter in
            switch letter {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(letter)
            }
        }
    }
}
