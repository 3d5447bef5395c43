import JSON
import Tasks

/// What a task is called: enough to speak of it when the message that brought it, which may be long, is gone.
struct TaskLabel: Sendable {
    /// Its type and its name as they were sent, unless they are too long to be that.
    let type: String?
    let uuid: String?

    init(_ task: JSONValue) {
        type = task["taskType"].flatMap(TaskLabel.text)
        uuid = task["taskUUID"].flatMap(TaskLabel.text)
    }

    /// Under what it is remembered, if it can be.
    func key(of caller: Caller) -> TaskBook.Key? {
        uuid.flatMap { TaskID($0.utf8.span) }.map { TaskBook.Key(namespace: caller.namespace, id: $0) }
    }

    private static func text(_ value: JSONValue) -> String? {
        value.kind == .string && value.bytes.count <= Violation.longestName ? value.string : nil
    }
}

/// Why a task is not done: one error or several, with whose they are.
struct Refusal: Error {
    let answer: Answer

    init(_ error: ServiceError, of task: JSONValue) { self.init([error], of: TaskLabel(task)) }

    init(_ error: ServiceError, of task: TaskLabel) { self.init([error], of: task) }

    /// Why nobody is known to be there.
    init(_ errors: [ServiceError], of type: TaskType?) {
        answer = Answer(errors.map { ErrorObject($0, taskType: type?.rawValue) })
    }

    init(_ errors: [ServiceError], of task: TaskLabel) {
        answer = Answer(errors.map { ErrorObject($0, taskType: task.type, taskUUID: task.uuid) })
    }
}
