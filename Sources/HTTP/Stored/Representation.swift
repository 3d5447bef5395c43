import Bytes

/// Something stored that GET and HEAD ask for, and what is to be said of it. RFC 9110, 8.
public struct Representation: Sendable {
    public var content: StoredContent
    public var contentType: StaticString
    /// A strong entity tag with its quotes. RFC 9110, 8.8.3.
    public var entityTag: String?
    /// In seconds since 1970. RFC 9110, 8.8.2.
    public var lastModified: Int?

    public init(
        _ content: StoredContent, contentType: StaticString, entityTag: String? = nil, lastModified: Int? = nil
    ) {
        self.content = content
        self.contentType = contentType
        self.entityTag = entityTag
        self.lastModified = lastModified
    }

    /// The answer to a GET or HEAD: all of it, the part that was asked for, or why neither. What a service adds to such
    /// answers it adds to what it gets here.
    public func response(to request: borrowing Request) -> Response {
        switch selection(for: request) {
        case .whole:
            return described(Response(.ok, contentType: contentType, .stored(content, 0..<content.count)))
        case .part(let range):
            var response = described(Response(.partialContent, contentType: contentType, .stored(content, range)))
            response.add("content-range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(content.count)")
            return response
        case .unsatisfiable:
            var response = described(Response(.rangeNotSatisfiable))
            response.add("content-range", "bytes */\(content.count)")
            return response
        case .notModified:
            return described(Response(.notModified))
        case .preconditionFailed:
            return Response(.preconditionFailed)
        }
    }

    /// Adds what is known of the representation to an answer.
    private func described(_ response: consuming Response) -> Response {
        var response = response
        if response.status != .notModified { response.add("accept-ranges", "bytes") }
        if let entityTag { response.add("etag", entityTag) }
        if let lastModified {
            var date = ByteBuffer(capacity: 32)
            HTTPDate.append(seconds: lastModified, to: &date)
            response.add("last-modified", date.bytes)
        }
        return response
    }
}
