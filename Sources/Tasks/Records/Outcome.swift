/// How a task ended.
public enum Outcome: Equatable, Sendable {
    /// There is a picture.
    case ready
    case failed(Failure)
    case moderated(Moderation)
}

/// Why there is no picture.
public struct Failure: Equatable, Sendable {
    public let kind: Kind
    public let text: String

    public enum Kind: String, Sendable {
        /// The reference cannot be read.
        case image
        /// It cannot be placed as asked.
        case placement
        /// The picture cannot be written in the format asked.
        case encoding
        /// A file could not be read again.
        case storage
        /// The program ended.
        case stopped
    }

    public init(_ kind: Kind, _ text: String) {
        (self.kind, self.text) = (kind, text)
    }
}

/// What a service will not show.
public struct Moderation: Equatable, Sendable {
    public let subject: Subject
    public let reasons: [String]

    public enum Subject: String, Sendable {
        /// What was sent.
        case request
        /// What was made.
        case content
    }

    public init(_ subject: Subject, reasons: [String]) {
        (self.subject, self.reasons) = (subject, reasons)
    }
}
