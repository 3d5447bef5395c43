/// A text section of the reference page. Other services on the same server can add theirs.
public struct ReferenceSection: Sendable {
    let id: String
    let title: String
    let paragraphs: [String]
    let example: String?

    /// Creates a section with the URL fragment `#id`.
    public init(id: String, title: String, _ paragraphs: [String], example: String? = nil) {
        (self.id, self.title, self.paragraphs, self.example) = (id, title, paragraphs, example)
    }
}
