import Bytes
import JSON
import Tasks

/// A task that needs no queued picture: it ends as soon as the files it refers to are fetched.
struct ImmediateTask: Sendable {
    let type: TaskType
    let taskUUID: String
    let delivery: ImageInference.Delivery
    let label: TaskLabel
    /// The task as it was sent, with long strings shortened.
    let request: SharedBytes
    let caller: Caller
    let reply: Reply

    init(
        _ type: TaskType, _ taskUUID: String, _ delivery: ImageInference.Delivery, _ label: TaskLabel,
        _ request: SharedBytes, _ caller: Caller, _ reply: @escaping Reply
    ) {
        (self.type, self.taskUUID, self.delivery, self.label) = (type, taskUUID, delivery, label)
        (self.request, self.caller, self.reply) = (request, caller, reply)
    }
}

extension Service {
    /// Ends a task with the answer that `body` writes.
    func end(_ task: ImmediateTask, _ body: (inout JSONWriter) -> Void) {
        end(task, Answer(done: task.type, task.taskUUID, task.delivery, body))
    }

    /// Ends a task with an answer, and records it in the index.
    func end(_ task: ImmediateTask, _ answer: Answer) {
        if !task.caller.isDryRun, let key = task.label.key(of: task.caller) {
            index.note(key, TaskIndex.Entry(type: task.type, request: task.request, state: .answered(answer)))
        }
        var answer = answer
        answer.isResult = answer.errors.isEmpty
        task.reply(answer, .only)
    }
}
