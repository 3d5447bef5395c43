/// The head of a request, as slices of the bytes it was parsed from.
public struct RequestHead: ~Copyable, Sendable {
    /// A field line. Fields keep their order, and names may repeat.
    public struct Field: Sendable {
        let name: Slice
        let value: Slice
    }

    public internal(set) var method = Method.get
    /// The minor version of HTTP/1.
    public internal(set) var minorVersion: UInt8 = 1
    var methodName = Slice.empty
    /// The whole target as sent.
    var target = Slice.empty
    var path = Slice.empty
    /// What follows the first question mark; nothing if there is none.
    var query: Slice?
    /// The authority of an absolute target, else the value of Host. RFC 9112, 3.2.2.
    var authority: Slice?
    var fields: [Field] = []

    /// The length of the body as the head states it.
    public internal(set) var contentLength: Int?
    public internal(set) var isChunked = false
    public internal(set) var keepsAlive = true
    var closeAsked = false
    public internal(set) var expectsContinue = false
    /// Whether the connection is asked to change its protocol.
    public internal(set) var asksUpgrade = false

    package init() {}

    /// Whether a body follows.
    var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }

    /// Empties the head for the next request and keeps its storage.
    mutating func reset() {
        fields.removeAll(keepingCapacity: true)
        query = nil
        authority = nil
        contentLength = nil
        isChunked = false
        keepsAlive = true
        closeAsked = false
        expectsContinue = false
        asksUpgrade = false
    }
}
