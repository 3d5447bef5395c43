import JSON
import Tasks

/// The type and UUID of a task. Kept separately so that the message, which may be long, can be released.
struct TaskLabel: Sendable {
    /// The values as they were sent; `nil` if they are too long to be valid.
    let type: String?
    let uuid: String?

    init(_ task: JSONValue) {
        type = task["taskType"].flatMap(TaskLabel.text)
        uuid = task["taskUUID"].flatMap(TaskLabel.text)
    }

    /// The key of the task in the index, if its UUID is valid.
    func key(of caller: Caller) -> TaskIndex.Key? {
        uuid.flatMap { TaskID($0.utf8.span) }.map { TaskIndex.Key(namespace: caller.namespace, id: $0) }
    }

    private static func text(_ value: JSONValue) -> String? {
        value.kind == .string && value.bytes.count <= Violation.longestName ? value.string : nil
    }
}

/// The reason why a task is refused: one or more errors, with the type and UUID of the task.
struct Refusal: Error {
    let answer: Answer

    init(_ answer: Answer) { self.answer = answer }

    init(_ error: ServiceError, of task: JSONValue) { self.init([error], of: TaskLabel(task)) }

    init(_ error: ServiceError, of task: TaskLabel) { self.init([error], of: task) }

    /// Creates the refusal of an unauthenticated message.
    init(_ errors: [ServiceError], of type: TaskType?) {
        answer = Answer(errors.map { ErrorObject($0, taskType: type?.rawValue) })
    }

    init(_ errors: [ServiceError], of task: TaskLabel) {
        answer = Answer(errors.map { ErrorObject($0, taskType: task.type, taskUUID: task.uuid) })
    }
}
