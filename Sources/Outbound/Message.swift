public import Bytes

/// Something to send.
public struct Message: Sendable {
    public let kind: Kind
    /// What it is about, for whoever hears what became of it.
    public let subject: String
    let url: String
    let fields: [Field]
    let body: SharedBytes

    public enum Kind: String, Sendable {
        case webhook, upload

        var method: String {
            switch self {
            case .webhook: "POST"
            case .upload: "PUT"
            }
        }
    }

    /// A POST of JSON.
    public static func webhook(
        _ json: SharedBytes, about subject: String, to url: String, fields: [Field] = []
    ) -> Message {
        Message(kind: .webhook, subject: subject, url: url, fields: [.json] + fields, body: json)
    }

    /// A PUT of bytes. Of what kind they are is in a field, if anywhere.
    public static func upload(
        _ body: SharedBytes, about subject: String, to url: String, fields: [Field] = []
    ) -> Message {
        Message(kind: .upload, subject: subject, url: url, fields: fields, body: body)
    }
}

extension Field {
    private init(known name: StaticString, _ value: StaticString) {
        self.name = "\(name)"
        self.value = "\(value)"
    }

    fileprivate static let json = Field(known: "content-type", "application/json")
}
