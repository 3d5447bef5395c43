import JSON

/// An API operation, as the documents describe it.
struct Operation: Sendable {
    let method: String
    let path: Path
    let tag: String?
    let summary: String
    let description: String
    let id: String
    var query: ObjectShape?
    var body: ObjectShape?
    /// The successful response, with a title if it is one of several shapes.
    let answer: Shape
    var answerTitle: String?
    /// Whether a request can fail validation.
    var checksForm = true
    let needsKey: Bool
}

/// The path of an operation.
struct Path: Sendable {
    let text: StaticString
    /// The same path with a trailing line feed, which the real service accepts: its pattern ends in Python's `$`, which
    /// also matches before a final line feed.
    let withLineFeed: StaticString
}
