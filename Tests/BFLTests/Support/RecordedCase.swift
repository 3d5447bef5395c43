import Bytes
import JSON

/// A recorded request of `fixtures/contract/cases.jsonl` with its expected answer.
struct RecordedCase: Sendable {
    enum Outcome: String {
        case refused
        case schemaValid = "schema-valid"
        /// The reference implementation failed to serialize its answer.
        case serverError = "server-error"
    }

    let name: String
    let outcome: Outcome
    let isHead: Bool
    let hasBody: Bool
    /// The bytes of the request as they are sent.
    let request: [UInt8]
    let status: Int
    /// The answer's fields that are compared, in lower case; `{base}` in `location` stands for `http://test`.
    let fields: [String: String]
    let body: [UInt8]

    static func all() throws -> [RecordedCase] { try loaded.get() }

    private static let loaded = Result { () throws -> [RecordedCase] in
        let lines = File.read("contract/cases.jsonl").split(separator: UInt8(ascii: "\n"))
        // The first line describes the recording and is not a case.
        return try lines.dropFirst().map { try RecordedCase(JSONDocument(parsing: ByteBuffer(Array($0).span)).root) }
    }

    private init(_ recorded: JSONValue) throws {
        func text(_ key: StaticString) -> String { recorded[key]!.string! }
        name = text("name")
        outcome = Outcome(rawValue: text("outcome"))!
        let method = text("method")
        isHead = method == "HEAD"
        let content = try Self.bytes(of: "body", "body_rule", in: recorded)
        hasBody = content != nil

        var head = "\(method) \(text("target")) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n"
        for pair in recorded["headers"]!.elements {
            head += pair.elements.map { $0.string! }.joined(separator: ": ") + "\r\n"
        }
        var sent: [UInt8] = []
        if recorded["chunked"]!.bool == true, let content {
            head += "transfer-encoding: chunked\r\n\r\n"
            if !content.isEmpty { sent = Array("\(String(content.count, radix: 16))\r\n".utf8) + content + [13, 10] }
            sent += Array("0\r\n\r\n".utf8)
        } else {
            head += content.map { "content-length: \($0.count)\r\n\r\n" } ?? "\r\n"
            sent = content ?? []
        }
        request = Array(head.utf8) + sent

        let expected = recorded["expected"]!
        status = expected["status"]!.integer!
        fields = Dictionary(
            uniqueKeysWithValues: expected["headers"]!.members.map { member in
                let base = "{base}"
                let value = member.value.string!
                return (
                    member.key.string!,
                    value.hasPrefix(base) ? "http://test" + value.dropFirst(base.count) : value
                )
            })
        body = try Self.bytes(of: "body", "body_rule", in: expected) ?? []
    }

    /// The bytes under a key, given as one base64 string or as a list of base64 pieces with their repeat counts.
    private static func bytes(of key: StaticString, _ rule: StaticString, in object: JSONValue) throws -> [UInt8]? {
        func decoded(_ value: JSONValue) throws -> [UInt8] {
            var buffer = ByteBuffer()
            try Base64.decode(value.bytes, into: &buffer)
            return (0..<buffer.count).map { buffer.bytes[$0] }
        }
        if let rule = object[rule] {
            var bytes: [UInt8] = []
            for piece in rule.elements {
                let parts = Array(piece.elements)
                let once = try decoded(parts[0])
                for _ in 0..<parts[1].integer! { bytes += once }
            }
            return bytes
        }
        guard let value = object[key], value.kind == .string else { return nil }
        return try decoded(value)
    }
}
