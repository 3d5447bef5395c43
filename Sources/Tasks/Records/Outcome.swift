/// How a task ended.
public enum Outcome: Hashable, Sendable {
    /// There is a picture.
    case ready
    case failed(Failure)
    case moderated(Moderation)
}

/// Why there is no picture.
public struct Failure: Hashable, Sendable {
    public let kind: Kind
    public let text: String

    public enum Kind: String, Sendable, CaseIterable {
        /// The input image cannot be read.
        case image
        /// The image cannot be placed as requested.
        case placement
        /// The picture cannot be encoded in the requested format.
        case encoding
        /// A stored file could not be read.
        case storage
        /// The program shut down.
        case stopped
        /// The task's scripted life ends in a failure.
        case scripted
        /// The service could not start the task after it had answered that the task was accepted.
        case service
    }

    public init(_ kind: Kind, _ text: String) {
        (self.kind, self.text) = (kind, text)
    }
}

/// What was blocked by content moderation.
public struct Moderation: Hashable, Sendable {
    public let subject: Subject
    public let reasons: [String]

    public enum Subject: String, Sendable {
        /// The request.
        case request
        /// The generated picture.
        case content
    }

    public init(_ subject: Subject, reasons: [String]) {
        (self.subject, self.reasons) = (subject, reasons)
    }
}
