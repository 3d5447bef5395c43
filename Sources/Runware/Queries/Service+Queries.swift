import JSON
import Tasks

extension Service {
    /// What became of a task: all its results, each time.
    func response(_ task: JSONValue, for caller: Caller) throws(Refusal) -> Answer {
        let (entry, question) = try entry(task, for: caller)
        guard let entry else {
            if settings.unknownTaskIsError { throw Refusal(.unknownTask, of: task) }
            return Answer()
        }
        switch entry.state {
        case .preparing(let uuid):
            return Answer(.imageInference, uuid) { $0.pair("status", "processing") }
        case .accepted(let work):
            return answer(about: work)
        case .failed(let answer), .answered(let answer):
            // It went wrong before; that this was asked for is not at fault.
            var late = answer
            for index in late.errors.indices {
                late.errors[index].isLate = true
                late.errors[index].taskUUID = late.errors[index].taskUUID ?? question.taskUUID
            }
            return late
        }
    }

    /// All about a task: what was sent, and what was answered last.
    func details(_ task: JSONValue, for caller: Caller) throws(Refusal) -> Answer {
        let (entry, question) = try entry(task, for: caller)
        guard let entry else { throw Refusal(.unknownTask, of: task) }
        let last: Answer
        if let refusal = entry.refusal {
            last = refusal
        } else {
            switch entry.state {
            case .preparing(let uuid): last = Answer(.imageInference, uuid)
            case .accepted(let work): last = answer(about: work)
            case .failed(let answer), .answered(let answer): last = answer
            }
        }
        return Answer(
            .details(
                TaskDetails(
                    taskUUID: question.taskUUID, isAsync: question.delivery == .async, request: entry.request,
                    last: last)))
    }

    private func entry(_ task: JSONValue, for caller: Caller) throws(Refusal) -> (TaskBook.Entry?, TaskQuestion) {
        var question = TaskQuestion()
        try read(task, TaskQuestion.description, into: &question)
        return (TaskLabel(task).key(of: caller).flatMap { book.entry($0) }, question)
    }
}
