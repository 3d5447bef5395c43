import Bytes
import JSON

/// An error as a caller gets it: what is wrong, and with which task.
struct ErrorObject: Sendable {
    let error: ServiceError
    /// The type of the task as it was sent; authentication, where it is the key that is wrong.
    var taskType: String?
    /// The task's name as it was sent. Errors of the key have none: clients wait for those without.
    var taskUUID: String?
    /// Whether the task had been accepted before.
    var isLate = false

    /// An error of the whole message, or of its key.
    init(_ error: ServiceError, taskType: String? = nil, taskUUID: String? = nil, isLate: Bool = false) {
        (self.error, self.taskType, self.taskUUID, self.isLate) = (error, taskType, taskUUID, isLate)
    }
}

extension JSONWriter {
    mutating func error(_ object: ErrorObject) {
        let error = object.error
        beginObject()
        pair("code", error.code)
        if object.isLate { pair("status", "error") }
        pair("message", error.message)
        if error.paths.count == 1 {
            pair("parameter", error.paths[0])
        } else if !error.paths.isEmpty {
            key("parameter")
            array { list in for path in error.paths { list.string(path) } }
        }
        if case .parameter(let violation) = error, let bounds = violation.bounds { self.bounds(bounds) }
        if let type = object.taskType { pair("taskType", type) }
        if let uuid = object.taskUUID { pair("taskUUID", uuid) }
        if error.isDocumented,
            let type = object.taskType.flatMap({ TaskType(rawValue: $0) }),
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
