import JSON
import Tasks

extension Service {
    /// What is to be said of one of a task's pictures.
    func answer(about result: Snapshot, of work: Work, isPolled: Bool) -> Answer {
        guard case .ended(let outcome) = result.state else {
            return Answer(.imageInference, work.taskUUID) { $0.pair("status", "processing") }
        }
        let error: ServiceError
        switch outcome {
        case .ready:
            if let picture = workshop.picture(of: result.id) {
                return Answer(
                    .picture(PictureItem(work: work, task: result, picture: picture, isPolled: isPolled)))
            }
            error = .expired
        case .failed(let failure): error = failure.kind == .stopped ? .stopping : .failed(failure.text)
        case .moderated(let moderation): error = .moderated(moderation.reasons)
        }
        return Answer(
            ErrorObject(
                error, taskType: TaskType.imageInference.rawValue, taskUUID: work.taskUUID, isLate: true))
    }

    /// How all pictures of a task stand.
    func answer(about work: Work) -> Answer {
        var whole = Answer()
        for id in work.results {
            if let task = workshop.task(id) {
                whole.append(answer(about: task, of: work, isPolled: true))
            } else {
                whole.append(
                    Answer(
                        ErrorObject(
                            .expired, taskType: TaskType.imageInference.rawValue, taskUUID: work.taskUUID,
                            isLate: true)))
            }
        }
        return whole
    }
}
