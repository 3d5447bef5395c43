public import Bytes

/// What was fetched.
public struct Fetched: Sendable {
    public let bytes: SharedBytes
    /// What the other side calls it, without parameters, such as `text/html`. Worth no trust, but a good hint when the bytes are
    /// not what was hoped for: it is short and plain enough to be shown.
    public let contentType: String?
    /// Where it came from after all redirects. May hold secrets.
    public let url: String
}

extension Fetched {
    /// The type in a field's value; nothing if that is no type.
    static func contentType(in value: String) -> String? {
        let type = value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        let isType = parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(Field.isToken) }
        return isType && type.utf8.count <= 100 ? type : nil
    }
}
