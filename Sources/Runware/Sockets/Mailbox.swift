import HTTP
import Net
import Tasks

/// What a caller's session is told, over whichever socket it has: a caller that lost its connection comes back with the
/// session's name and gets the results that it missed. What it can ask again it is not told twice: clients send a task again
/// whose acknowledgement they missed, and would take the answer to that for another's.
///
/// What a peer has been sent it may not have got: a network takes bytes for a machine that is gone. So what was said since the
/// peer last said something counts as missed when its connection breaks. It may then be told twice, never not at all.
final class Mailbox: Sendable {
    let id: TaskID
    let namespace: Namespace
    private let clock: Clock
    /// How long an answer can count as missed.
    private let lifetime: Int64
    private let limit: Int
    private let memory: Missed.Memory
    private let state = Locked(State())

    private struct State {
        var socket: WebSocket.Socket?
        /// What nobody was there to hear.
        var kept: [Missed] = []
        /// What was sent since the peer was heard of, and when.
        var sent: [(answer: Missed, time: Int64)] = []
        /// Since when there is no socket.
        var left: Int64?
    }

    /// A session that keeps at most `limit` answers, each for `lifetime` nanoseconds and only while there is memory for such.
    init(
        _ id: TaskID, _ namespace: Namespace, clock: Clock, lifetime: Int64, limit: Int, memory: Missed.Memory
    ) {
        (self.id, self.namespace, self.clock) = (id, namespace, clock)
        (self.lifetime, self.limit, self.memory) = (lifetime, limit, memory)
    }

    /// Tells something, or keeps it until somebody comes.
    func deliver(_ answer: Answer) {
        let now = clock.now
        let remembered = answer.isResult ? memory.remember(answer) : nil
        let socket = state.withLock { state -> WebSocket.Socket? in
            guard let remembered else { return state.socket }
            if state.socket == nil {
                keep([remembered], in: &state)
            } else if state.sent.count < limit {
                state.sent.append((remembered, now))
            }
            return state.socket
        }
        socket?.send(text: answer.content())
    }

    /// From here on the session is told by this socket; gives what it had before, which is of no use any more.
    func attach(_ socket: WebSocket.Socket) -> WebSocket.Socket? {
        let now = clock.now
        let (old, kept) = state.withLock { state in
            let old = state.socket
            let kept = state.kept
            (state.socket, state.kept, state.sent, state.left) = (socket, [], kept.map { ($0, now) }, nil)
            return (old, kept)
        }
        for missed in kept { socket.send(text: missed.answer.content()) }
        return old === socket ? nil : old
    }

    /// The socket is gone: it broke, or somebody closed it.
    func detach(_ socket: WebSocket.Socket, isBroken: Bool) {
        let now = clock.now
        state.withLock { state in
            guard state.socket === socket else { return }
            let missed = isBroken || socket.queued > 0 ? state.sent : []
            (state.socket, state.sent, state.left) = (nil, [], now)
            keep(missed.lazy.filter { now - $0.time < self.lifetime }.map(\.answer), in: &state)
        }
    }

    /// The peer has said something, and has got what it was sent before.
    func heard(_ socket: WebSocket.Socket) {
        state.withLock { state in
            if state.socket === socket, !state.sent.isEmpty { state.sent = [] }
        }
    }

    private func keep(_ answers: some Sequence<Missed>, in state: inout State) {
        state.kept += answers.prefix(max(0, limit - state.kept.count))
    }

    /// Since when nobody has been there.
    var left: Int64? { state.withLock(\.left) }

    /// Lets go of what was sent too long ago to count as missed.
    func tidy() {
        let now = clock.now
        state.withLock { state in
            state.sent.removeAll { now - $0.time >= self.lifetime }
        }
    }
}
