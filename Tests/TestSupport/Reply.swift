/// One answer, taken apart.
public struct Reply: Sendable {
    public let status: Int
    public let reason: String
    /// Names and values in the order they came.
    public let fields: [(name: String, value: String)]
    public internal(set) var body: [UInt8] = []

    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of the first field of this name, in lower case.
    public subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The length of the body as the head states it.
    public var contentLength: Int { self["content-length"].flatMap { Int($0) } ?? 0 }

    /// Reads a head up to and with its empty line.
    public init?(head: some Sequence<UInt8>) {
        let lines = String(decoding: Array(head), as: UTF8.self).split(separator: "\r\n")
        let start = (lines.first ?? "").split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard start.count == 3, start[0] == "HTTP/1.1", let status = Int(start[1]) else { return nil }
        self.status = status
        reason = String(start[2])
        fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
    }

    /// The answers that `bytes` are made of; nothing if they are anything else. Answers to HEADs have no bodies.
    public static func all(in bytes: [UInt8], isHead: Bool = false) -> [Reply]? {
        var replies: [Reply] = []
        var at = 0
        while at < bytes.count {
            guard let end = (at..<(bytes.count - 3)).first(where: { bytes[$0..<($0 + 4)].elementsEqual(emptyLine) }),
                var reply = Reply(head: bytes[at..<(end + 4)])
            else { return nil }
            at = end + 4
            if !isHead {
                guard at + reply.contentLength <= bytes.count else { return nil }
                reply.body = Array(bytes[at..<(at + reply.contentLength)])
                at += reply.contentLength
            }
            replies.append(reply)
        }
        return replies
    }

    static let emptyLine: [UInt8] = [13, 10, 13, 10]
}
