import JSON

/// One thing the service can be asked, as its documents describe it.
struct Operation: Sendable {
    let method: String
    let path: Path
    let tag: String?
    let summary: String
    let description: String
    let id: String
    var query: ObjectShape?
    var body: ObjectShape?
    /// What a good answer is; with a title of its own where it can be one of several.
    let answer: Shape
    var answerTitle: String?
    /// Whether a request can be refused for its form.
    var checksForm = true
    let needsKey: Bool
}

/// Where an operation is found.
struct Path: Sendable {
    let text: StaticString
    /// The same with a line feed, which the service lets through: its pattern ends in Python's `$`, and that matches before
    /// a last line feed too.
    let withLineFeed: StaticString
}
