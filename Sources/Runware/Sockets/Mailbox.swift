import HTTP
import Net
import Tasks

/// What a caller's session is told, over whichever socket it has: a caller that lost its connection comes back with the
/// session's name and gets what it missed.
final class Mailbox: Sendable {
    let id: TaskID
    let namespace: Namespace
    private let clock: Clock
    private let limit: Int
    private let state = Locked(State())

    private struct State {
        var socket: WebSocket.Socket?
        /// What nobody was there to hear.
        var kept: [Answer] = []
        /// What was sent since the peer last had taken all.
        var sent: [Answer] = []
        /// Since when there is no socket.
        var left: Int64?
    }

    /// A session that keeps at most `limit` answers.
    init(_ id: TaskID, _ namespace: Namespace, clock: Clock, limit: Int) {
        (self.id, self.namespace, self.clock, self.limit) = (id, namespace, clock, limit)
    }

    /// Tells something, or keeps it until somebody comes.
    func deliver(_ answer: Answer) {
        let socket = state.withLock { state -> WebSocket.Socket? in
            guard let socket = state.socket else {
                keep([answer], in: &state)
                return nil
            }
            if socket.queued == 0 { state.sent = [] }
            if state.sent.count < limit { state.sent.append(answer) }
            return socket
        }
        socket?.send(text: answer.text())
    }

    /// From here on the session is told by this socket; gives what it had before, which is of no use any more.
    func attach(_ socket: WebSocket.Socket) -> WebSocket.Socket? {
        let (old, kept) = state.withLock { state in
            let old = state.socket
            let kept = state.kept
            (state.socket, state.kept, state.sent, state.left) = (socket, [], kept, nil)
            return (old, kept)
        }
        for answer in kept { socket.send(text: answer.text()) }
        return old === socket ? nil : old
    }

    /// The socket is gone. What it had not taken is kept.
    func detach(_ socket: WebSocket.Socket) {
        let now = clock.now
        state.withLock { state in
            guard state.socket === socket else { return }
            let missed = socket.queued > 0 ? state.sent : []
            (state.socket, state.sent, state.left) = (nil, [], now)
            keep(missed, in: &state)
        }
    }

    /// The peer has taken all that was sent.
    func drained(_ socket: WebSocket.Socket) {
        state.withLock { state in
            if state.socket === socket, socket.queued == 0 { state.sent = [] }
        }
    }

    private func keep(_ answers: [Answer], in state: inout State) {
        state.kept += answers.prefix(max(0, limit - state.kept.count))
    }

    /// Since when nobody has been there.
    var left: Int64? { state.withLock(\.left) }

    /// Lets go of what the peer has taken by now.
    func tidy() {
        state.withLock { state in
            if state.socket?.queued == 0 { state.sent = [] }
        }
    }
}
