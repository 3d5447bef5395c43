import System

/// Collects the answers about several tasks, ordered by task and part, and delivers them when all have arrived.
final class AnswerCollector: Sendable {
    private let state: Locked<State>
    private let whenComplete: @Sendable (Answer) -> Void

    private struct State {
        /// The answers about each task; `nil` for those that have not arrived.
        var answers: [[Answer?]]
        var open: Int

        var joined: Answer {
            var whole = Answer()
            for answer in answers.joined() { if let answer { whole.append(answer) } }
            return whole
        }
    }

    init(tasks: Int, whenComplete: @escaping @Sendable (Answer) -> Void) {
        state = Locked(State(answers: Array(repeating: [], count: tasks), open: tasks))
        self.whenComplete = whenComplete
        if tasks == 0 { whenComplete(Answer()) }
    }

    /// The reply closure for a task.
    func reply(for task: Int) -> Reply {
        { [self] answer, part in
            let whole = state.withLock { state -> Answer? in
                if state.answers[task].isEmpty { state.answers[task] = Array(repeating: nil, count: part.count) }
                state.answers[task][part.number] = answer
                if state.answers[task].contains(where: { $0 == nil }) { return nil }
                state.open -= 1
                return state.open == 0 ? state.joined : nil
            }
            if let whole { whenComplete(whole) }
        }
    }
}
