import Bytes
import JSON
import Net
import Steering
import System

/// The rules of scenario files, which exist from the start.
enum Scenarios {
    private static let longest = 16 << 20

    /// Reads files, and the files ending in `.json` of folders, in the order of their names.
    static func rules(in paths: [String]) throws(UsageError) -> [Rule] {
        var rules: [Rule] = []
        for path in paths {
            for file in try files(at: path) { rules += try self.rules(of: file) }
        }
        guard rules.count <= Rule.listLimit else {
            throw UsageError("--scenario: the files hold \(rules.count) rules; expected at most \(Rule.listLimit)")
        }
        return rules
    }

    private static func files(at path: String) throws(UsageError) -> [String] {
        guard File.isFolder(FilePath(path)) else { return [path] }
        do throws(Errno) {
            return try File.names(in: FilePath(path)).filter { $0.hasSuffix(".json") }.map { "\(path)/\($0)" }
        } catch {
            throw UsageError("--scenario: cannot read \(quoted(path)): \(error)")
        }
    }

    private static func rules(of path: String) throws(UsageError) -> [Rule] {
        let name = printable(FilePath(path))
        let bytes: ByteBuffer
        do throws(Errno) {
            bytes = try File.read(FilePath(path), upTo: longest)
        } catch {
            throw UsageError("--scenario: cannot read \(quoted(path)): \(error)")
        }
        guard bytes.count <= longest else {
            throw UsageError("--scenario: \(quoted(path)) is larger than \(ByteSize.show(longest))")
        }
        let text = SharedBytes(bytes)
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONDocument(parsing: text, maximumDepth: 64, maximumValues: 200_000).root
        } catch {
            guard case .syntax(let what, let place) = error else {
                throw UsageError("\(name): no JSON that holds rules")
            }
            throw UsageError("\(name):\(TextPosition(ofCodePoint: place, in: text.bytes)): no JSON: \(what.message)")
        }
        do throws(RuleError) {
            return try Rule.list(root)
        } catch {
            let place = error.position.map { ":\($0)" } ?? ""
            let pointer = error.pointer.isEmpty ? "" : " \(error.pointer):"
            throw UsageError("\(name)\(place):\(pointer) \(error.reason)")
        }
    }
}
