import HTTP
import Steering
import Tasks

/// The reasons why the service refuses a request or a task fails. All of its errors are defined here.
enum ServiceError: Error, Sendable {
    /// A message that is not valid JSON.
    case notJSON
    case notAnArray
    case notAnObject
    /// A request or message that the HTTP server refuses.
    case refused(HTTP.Refusal)
    case tooManyTasks(limit: Int)
    case tooManyValues(limit: Int)
    case unknownTaskType(String)

    case missingKey
    case wrongKey

    case parameter(Violation)
    case conflict
    case unknownTask
    case unknownMedia(String)

    case insufficientCredits
    /// Too many concurrent uses of the named resource; the client may retry after the given number of seconds.
    case busy(String, retryAfter: Int)
    case stopping
    /// A component that the service depends on is unavailable.
    case unavailable(retryAfter: Int)
    /// An answer that a rule or a life gives in place of the service.
    case scripted(ScriptedAnswer)
    /// A text that steers and cannot be read.
    case steering(TextMistake)

    /// An accepted task failed.
    case failed(String)
    case moderated([String])
    /// The picture was removed.
    case expired

    var status: Status {
        switch self {
        case .missingKey, .wrongKey: Status(401)
        case .refused(let refusal): refusal.status
        case .insufficientCredits: Status(402)
        case .unknownTask, .expired: .notFound
        case .busy: Status(429)
        case .stopping, .unavailable: .unavailable
        case .scripted(let answer): Status(answer.status)
        case .failed: .internalError
        default: .badRequest
        }
    }

    var code: String {
        switch self {
        case .notJSON: "invalidJSON"
        case .notAnArray, .notAnObject: "invalidRequest"
        case .refused(let refusal): refusal == .bodyTooLarge ? "valueTooLarge" : "invalidRequest"
        case .tooManyTasks, .tooManyValues: "valueTooLarge"
        case .unknownTaskType: "unsupportedTaskType"
        case .missingKey: "missingApiKey"
        case .wrongKey: "invalidApiKey"
        case .parameter(let violation): violation.code
        case .conflict: "conflictTaskUUID"
        case .unknownTask: "taskFailedOrNotFound"
        case .unknownMedia: "mediaNotFound"
        case .insufficientCredits: "insufficientCredits"
        case .busy: "rateLimitExceeded"
        case .stopping, .unavailable: "serviceUnavailable"
        case .scripted(let answer): ServiceError.code(of: answer.status)
        case .steering: "invalidParameter"
        case .failed: "processingFailed"
        case .moderated: "contentPolicyViolation"
        case .expired: "resultExpired"
        }
    }

    /// The service's own error with a status, if it has one.
    private static func known(_ status: Int) -> ServiceError? {
        switch status {
        case 401: .wrongKey
        case 402: .insufficientCredits
        case 404: .unknownTask
        case 429: .busy("Too many requests", retryAfter: 0)
        case 503: .unavailable(retryAfter: 0)
        default: nil
        }
    }

    private static func code(of status: Int) -> String {
        if let known = known(status) { return known.code }
        return switch status {
        case 403: "permissionDenied"
        case 504: "timeoutProvider"
        case 500...: "serviceUnavailable"
        default: "processingFailed"
        }
    }

    var message: String {
        switch self {
        case .notJSON: "The request is not valid JSON."
        case .notAnArray: "The request must be a JSON array of task objects."
        case .notAnObject: "Each task must be a JSON object."
        case .refused(let refusal): "\(refusal.message)."
        case .tooManyTasks(let limit): "A request must not hold more than \(limit) tasks."
        case .tooManyValues(let limit): "A request must not hold more than \(limit) values."
        case .unknownTaskType(let name): "The task type '\(name)' is not supported."
        case .missingKey: "Missing API key. Get one at https://my.runware.ai/signup"
        case .wrongKey: "Invalid API key. Get one at https://my.runware.ai/signup"
        case .parameter(let violation): violation.message
        case .conflict: "A task with this taskUUID exists already. The taskUUID must be unique for each task."
        case .unknownTask: "The task failed, or there is none with this taskUUID."
        case .unknownMedia(let path): "There is no media with the UUID given in \(path)."
        case .insufficientCredits: "Insufficient credits to run this task. Add credits to your account."
        case .busy(let what, _): "\(what). Try again later."
        case .stopping: "The service is about to stop. Try again later."
        case .unavailable: "The service is not available. Try again later."
        case .scripted(let answer):
            ServiceError.known(answer.status)?.message ?? "The service answers with status \(answer.status)."
        case .steering(let mistake): "Invalid value: \(mistake.message)."
        case .failed(let reason): "The task failed: \(reason)."
        case .moderated(let reasons): "The content was flagged: \(reasons.joined(separator: ", "))."
        case .expired: "The result of this task has expired."
        }
    }

    /// Seconds after which the client may retry, if known.
    var retryAfter: Int? {
        switch self {
        case .busy(_, let seconds), .unavailable(let seconds): seconds
        case .scripted(let answer): answer.retryAfter
        default: nil
        }
    }

    /// The paths of the parameters concerned.
    var paths: [String] {
        switch self {
        case .parameter(let violation): violation.paths
        case .missingKey, .wrongKey: ["apiKey"]
        case .unknownTaskType: ["taskType"]
        case .conflict, .unknownTask: ["taskUUID"]
        case .unknownMedia(let path): [path]
        case .steering(let mistake): [mistake.parameter]
        default: []
        }
    }

    /// Whether the error has a documentation page.
    var isDocumented: Bool {
        switch self {
        case .parameter(let violation): violation.kind != .unknown
        case .missingKey, .wrongKey, .steering: false
        default: true
        }
    }

    /// The same error with codes of another form.
    func coded(_ form: Settings.CodeForm) -> ServiceError {
        if case .parameter(let violation) = self { .parameter(violation.coded(form)) } else { self }
    }

    /// Converts an error of the task service.
    init(_ error: TaskError) {
        self =
            switch error {
            case .insufficientCredits: .insufficientCredits
            case .stopping: .stopping
            case .unavailable(let seconds): .unavailable(retryAfter: seconds)
            case .tooManyActive(_, let seconds): .busy("Too many tasks are under way", retryAfter: seconds)
            case .queueFull(let seconds), .storageFull(let seconds), .tooManyKnown(_, let seconds):
                .busy(error.sentence, retryAfter: seconds)
            }
    }
}

extension TextMistake {
    /// The parameter that the text is in.
    fileprivate var parameter: String {
        switch source {
        case .header: "x-emulator"
        case .key: "apiKey"
        case .picture: "inputs.image"
        case .prompt: "positivePrompt"
        }
    }
}
