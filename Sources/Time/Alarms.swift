internal import Bytes
internal import System

/// Calls closures at moments of real time, on one thread that starts with the first closure.
///
/// The closures must be short, because a slow one delays the others.
public final class Alarms: Sendable {
    private let state = Locked(State())

    private struct State {
        var queue = DueQueue<Ticks, @Sendable () -> Void>()
        var thread: TransferBox<Thread>?
        var isStopped = false
    }

    public init() {}

    /// Schedules a call of `body`. After `stop` it has no effect.
    public func call(at moment: Ticks, _ body: @escaping @Sendable () -> Void) {
        state.update { state in
            if state.isStopped { return }
            state.queue.insert(body, at: moment)
            if state.thread == nil, let thread = try? Thread("alarms", { self.work() }) {
                state.thread = TransferBox(thread)
            }
        }
    }

    private func work() {
        while let body = next() { body() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.wait { state in
            if state.isStopped { return .done(nil) }
            let now = Ticks.now
            if let (_, body) = state.queue.removeDue(at: now) { return .done(body) }
            return state.queue.next.map { .againWithin(nanoseconds: ($0 - now).nanoseconds) } ?? .again
        }
    }

    /// Drops all pending calls and waits for the thread to end. Must not be called from an alarm.
    public func stop() {
        let thread = state.update { state in
            state.isStopped = true
            state.queue = DueQueue()
            return state.thread.take()
        }
        thread?.take().join()
    }
}
