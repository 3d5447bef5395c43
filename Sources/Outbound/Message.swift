public import Bytes

/// An HTTP message to send.
public struct Message: Sendable {
    public let kind: Kind
    /// What the message is about, for reports of its delivery.
    public let subject: String
    let url: String
    private(set) var fields: [Field]
    public var body: SharedBytes

    public enum Kind: String, Sendable {
        case webhook, upload

        var method: String {
            switch self {
            case .webhook: "POST"
            case .upload: "PUT"
            }
        }
    }

    /// A POST with a JSON body.
    public static func webhook(
        _ json: SharedBytes, about subject: String, to url: String, fields: [Field] = []
    ) -> Message {
        Message(kind: .webhook, subject: subject, url: url, fields: [.json] + fields, body: json)
    }

    /// A PUT of raw bytes. A header field may state the content type.
    public static func upload(
        _ body: SharedBytes, about subject: String, to url: String, fields: [Field] = []
    ) -> Message {
        Message(kind: .upload, subject: subject, url: url, fields: fields, body: body)
    }
}

extension Message {
    /// Replaces the field by which receivers know a webhook's sender.
    public mutating func replace(secret: String) {
        fields = fields.map { field in
            field.name.lowercased() == "x-webhook-secret" ? Field(field.name, secret) ?? field : field
        }
    }
}

extension Field {
    private init(known name: StaticString, _ value: StaticString) {
        self.name = "\(name)"
        self.value = "\(value)"
    }

    fileprivate static let json = Field(known: "content-type", "application/json")
}
