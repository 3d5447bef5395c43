import JSON
import Steering
import Tasks

extension Service {
    /// The answer about one of a task's pictures.
    func answer(about view: TaskView, _ form: ResultForm, isPolled: Bool) -> Answer {
        let error: ServiceError
        switch view.state {
        case .unfinished, .awaitingPicture:
            return Answer(.imageInference, form.taskUUID) { $0.pair("status", view.shownStatus) }
        case .ended(.ready):
            if let picture = tasks.picture(of: view) {
                return Answer(.picture(PictureItem(form: form, task: view, picture: picture, isPolled: isPolled)))
            }
            error = .expired
        case .ended(.failed(let failure)): error = failure.kind == .stopped ? .stopping : .failed(failure.text)
        case .ended(.moderated(let moderation)): error = .moderated(moderation.reasons)
        case .answer(let status, let retryAfter):
            return refused(.scripted(ScriptedAnswer(status: status, retryAfter: retryAfter)), form)
        case .lost: error = .unknownTask
        }
        return late(error, form)
    }

    /// An error of a task that had been accepted.
    private func late(_ error: ServiceError, _ form: ResultForm) -> Answer {
        Answer(
            ErrorObject(
                error, taskType: TaskType.imageInference.rawValue, taskUUID: form.taskUUID, isLate: true))
    }

    /// An error that concerns the query and not the task; the client may retry.
    private func refused(_ error: ServiceError, _ form: ResultForm) -> Answer {
        Answer(ErrorObject(error, taskType: TaskType.imageInference.rawValue, taskUUID: form.taskUUID))
    }

    /// The answer about all pictures of a task, for a query other than a poll.
    func answer(about task: AcceptedInference) -> Answer {
        var whole = Answer()
        for id in task.results {
            whole.append(answer(about: Result { () throws(TaskError) in try tasks.task(id) }, task.form))
        }
        return whole
    }

    /// Replies to a poll with all pictures of a task, once the state of each is known.
    func poll(_ task: AcceptedInference, _ reply: @escaping Reply) {
        let collector = AnswerCollector(tasks: task.results.count) { reply($0, .only) }
        for (number, id) in task.results.enumerated() {
            let say = collector.reply(for: number)
            tasks.awaitPoll(id, of: Service.name) { [self] result in say(answer(about: result, task.form), .only) }
        }
    }

    private func answer(about result: Result<TaskView?, TaskError>, _ form: ResultForm) -> Answer {
        switch result {
        case .success(let view?): answer(about: view, form, isPolled: true)
        case .success(nil): late(.expired, form)
        case .failure(let error): refused(ServiceError(error), form)
        }
    }
}

extension TaskView {
    /// The task's status before it has ended, as the service names it.
    fileprivate var shownStatus: String {
        if case .unfinished(.text(let text)) = state { text } else { "processing" }
    }
}
