import System

/// Gathers the answers about several tasks, in the order of the tasks and of their parts, and hands them on when they are
/// complete.
final class Gathering: Sendable {
    private let state: Locked<State>
    private let whenComplete: @Sendable (Answer) -> Void

    private struct State {
        /// The answers about each task; those that have not come are not there.
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
    }

    /// Where to say something about a task.
    func reply(for task: Int) -> Say {
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
