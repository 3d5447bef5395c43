public import Bytes

/// Something to send: a webhook or an upload.
public struct Message: Sendable {
    let method: String
    let url: String
    let fields: [Field]
    let body: SharedBytes

    /// A POST of JSON.
    public static func post(json body: SharedBytes, to url: String, fields: [Field] = []) -> Message {
        Message(method: "POST", url: url, fields: [.json] + fields, body: body)
    }

    /// A PUT of bytes. Of what kind they are is in a field, if anywhere.
    public static func put(_ body: SharedBytes, to url: String, fields: [Field] = []) -> Message {
        Message(method: "PUT", url: url, fields: fields, body: body)
    }
}

extension Field {
    private init(known name: StaticString, _ value: StaticString) {
        self.name = "\(name)"
        self.value = "\(value)"
    }

    fileprivate static let json = Field(known: "content-type", "application/json")
}
