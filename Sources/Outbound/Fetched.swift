public import Bytes

/// The result of a fetch.
public struct Fetched: Sendable {
    public let bytes: SharedBytes
    /// The content type that the server sent, without parameters, such as `text/html`. It is not reliable, but it helps
    /// to explain why the bytes are not an image. It is short and printable, so it can appear in messages.
    public let contentType: String?
    /// The URL after all redirects. It may contain secrets.
    public let url: String
}

extension Fetched {
    /// The media type in a field value; `nil` if it is malformed.
    static func contentType(in value: String) -> String? {
        let type = value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        let isType = parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(Field.isToken) }
        return isType && type.utf8.count <= 100 ? type : nil
    }
}
