import Bytes
import JSON
import Tasks

/// A task that is done at once, but for what has to be fetched for it.
struct Errand: Sendable {
    let type: TaskType
    let taskUUID: String
    let delivery: ImageInference.Delivery
    let label: TaskLabel
    /// The task as it was sent, shortened.
    let request: SharedBytes
    let caller: Caller
    let reply: Say

    init(
        _ type: TaskType, _ taskUUID: String, _ delivery: ImageInference.Delivery, _ label: TaskLabel,
        _ request: SharedBytes, _ caller: Caller, _ reply: @escaping Say
    ) {
        (self.type, self.taskUUID, self.delivery, self.label) = (type, taskUUID, delivery, label)
        (self.request, self.caller, self.reply) = (request, caller, reply)
    }
}

extension Service {
    /// Answers a task that is done, with what `body` writes.
    func end(_ errand: Errand, _ body: (inout JSONWriter) -> Void) {
        end(errand, Answer(done: errand.type, errand.taskUUID, errand.delivery, body))
    }

    /// Answers a task, and remembers it.
    func end(_ errand: Errand, _ answer: Answer) {
        if !errand.caller.isDryRun, let key = errand.label.key(of: errand.caller) {
            book.note(key, TaskBook.Entry(type: errand.type, request: errand.request, state: .answered(answer)))
        }
        var answer = answer
        answer.isResult = answer.errors.isEmpty
        errand.reply(answer, .only)
    }
}
