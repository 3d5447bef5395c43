import Bytes
import JSON

/// An error as it is sent to the caller.
struct ErrorObject: Sendable, Hashable {
    let code: String
    let message: String
    /// The paths of the parameters concerned.
    let paths: [String]
    let bounds: Bounds?
    /// Whether the error has a documentation page.
    let isDocumented: Bool
    let status: Int
    let retryAfter: Int?
    /// The task's type as it was sent; `authentication` if the key is wrong.
    var taskType: String?
    /// The task's UUID as it was sent. Authentication errors have none, because clients expect them without one.
    var taskUUID: String?
    /// Whether the task had been accepted before it failed.
    var isLate = false

    init(_ error: ServiceError, taskType: String? = nil, taskUUID: String? = nil, isLate: Bool = false) {
        (code, message, paths, isDocumented) = (error.code, error.message, error.paths, error.isDocumented)
        (status, retryAfter) = (error.status.code, error.retryAfter)
        bounds = if case .parameter(let violation) = error { violation.bounds } else { nil }
        (self.taskType, self.taskUUID, self.isLate) = (taskType, taskUUID, isLate)
    }

    init(
        code: String, message: String, paths: [String], bounds: Bounds?, isDocumented: Bool, status: Int,
        retryAfter: Int?
    ) {
        (self.code, self.message, self.paths, self.bounds) = (code, message, paths, bounds)
        (self.isDocumented, self.status, self.retryAfter) = (isDocumented, status, retryAfter)
    }
}

extension JSONWriter {
    mutating func error(_ error: ErrorObject) {
        beginObject()
        pair("code", error.code)
        if error.isLate { pair("status", "error") }
        pair("message", error.message)
        if error.paths.count == 1 {
            pair("parameter", error.paths[0])
        } else if !error.paths.isEmpty {
            key("parameter")
            array { list in for path in error.paths { list.string(path) } }
        }
        if let bounds = error.bounds { self.bounds(bounds) }
        if let type = error.taskType { pair("taskType", type) }
        if let uuid = error.taskUUID { pair("taskUUID", uuid) }
        if error.isDocumented,
            let type = error.taskType.flatMap({ TaskType(rawValue: $0) }),
            let address = type.documentation(of: error.paths.first)
        {
            pair("documentation", address)
        }
        endObject()
    }

    private mutating func bounds(_ bounds: Bounds) {
        pair("type", bounds.type)
        bound("min", bounds.minimum)
        bound("max", bounds.maximum)
        bound("multiplier", bounds.multiplier)
        if !bounds.allowed.isEmpty {
            key("allowedValues")
            array { list in for text in bounds.allowed { list.string(text) } }
        }
    }

    private mutating func bound(_ name: StaticString, _ value: Double?) {
        guard let value else { return }
        if let whole = Int(exactly: value) { pair(name, whole) } else { pair(name, value) }
    }
}
