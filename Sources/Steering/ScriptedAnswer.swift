internal import Bytes
public import HTTP

/// An answer that a rule gives instead of the service. Without a body of its own it has that of the service for the status.
public struct ScriptedAnswer: Hashable, Sendable {
    public var status: Int
    /// Seconds for the field Retry-After.
    public var retryAfter: Int?
    public var body: String?
    /// Further fields, in order.
    public var fields: [Field] = []

    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    /// The statuses that an answer may have.
    static let statuses = 200...599

    public init(status: Int, retryAfter: Int? = nil, body: String? = nil, fields: [Field] = []) {
        (self.status, self.retryAfter, self.body, self.fields) = (status, retryAfter, body, fields)
    }
}

extension Response {
    /// Adds a field of a scripted answer; a content type replaces the service's.
    public mutating func add(_ field: ScriptedAnswer.Field) {
        if field.name == "content-type" { contentType = nil }
        let name = ByteBuffer(field.name)
        add(name: name.bytes, field.value)
    }
}
