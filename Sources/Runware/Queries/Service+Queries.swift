import JSON
import Tasks

extension Service {
    /// Replies with all results of a task, on each query.
    func response(_ task: JSONValue, for caller: Caller, _ reply: @escaping Reply) throws(Refusal) {
        let (entry, question) = try entry(task, for: caller)
        guard let entry else {
            if settings.unknownTaskIsError { throw Refusal(.unknownTask, of: task) }
            return reply(Answer(), .only)
        }
        switch entry.state {
        case .preparing(let uuid):
            reply(Answer(.imageInference, uuid) { $0.pair("status", "processing") }, .only)
        case .accepted(let accepted):
            poll(accepted, reply)
        case .failed(let answer), .answered(let answer):
            // The recorded task failed, not this query, so the error does not set the response's status.
            var late = answer
            for index in late.errors.indices {
                late.errors[index].isLate = true
                late.errors[index].taskUUID = late.errors[index].taskUUID ?? question.taskUUID
            }
            reply(late, .only)
        }
    }

    /// Returns a task's details: the request, and the last answer.
    func details(_ task: JSONValue, for caller: Caller) throws(Refusal) -> Answer {
        let (entry, question) = try entry(task, for: caller)
        guard let entry else { throw Refusal(.unknownTask, of: task) }
        let last: Answer
        if let refusal = entry.refusal {
            last = refusal
        } else {
            switch entry.state {
            case .preparing(let uuid): last = Answer(.imageInference, uuid)
            case .accepted(let accepted): last = answer(about: accepted)
            case .failed(let answer), .answered(let answer): last = answer
            }
        }
        return Answer(
            .details(
                TaskDetails(
                    taskUUID: question.taskUUID, isAsync: question.delivery == .async, request: entry.request,
                    last: last)))
    }

    private func entry(_ task: JSONValue, for caller: Caller) throws(Refusal) -> (TaskIndex.Entry?, TaskQuestion) {
        var question = TaskQuestion()
        try read(task, TaskQuestion.description, into: &question)
        return (TaskLabel(task).key(of: caller).flatMap { index.entry($0) }, question)
    }
}
