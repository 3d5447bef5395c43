import Bytes
import HTTP
import Net
import System
import Tasks

/// What a caller's session is told, over whichever socket it has: a caller that lost its connection comes back with the
/// session's name and gets the results that it missed. What it can ask again it is not told twice: clients send a task again
/// whose acknowledgement they missed, and would take the answer to that for another's.
///
/// What a peer has been sent it may not have got: a network takes bytes for a machine that is gone, and what a peer says may
/// have been on its way before. So a ping goes behind each result, and only its pong shows that the result was read. What
/// has none when the session goes on elsewhere, or its connection ends in whatever way, counts as missed: it may be told
/// twice, never not at all.
final class Mailbox: Sendable {
    let id: TaskID
    let namespace: Namespace
    private let clock: Clock
    /// How long an answer can count as missed while its peer goes on talking.
    private let lifetime: Int64
    private let limit: Int
    private let memory: Missed.Memory
    private let state = Locked(State())

    private struct State {
        var socket: WebSocket.Socket?
        /// What nobody was there to hear.
        var kept: [Missed] = []
        /// What was sent and not confirmed, in order.
        var sent: [Sent] = []
        /// The number of the last ping.
        var pings: UInt64 = 0
        /// Since when there is no socket.
        var left: Int64?
    }

    /// A result on its way.
    private struct Sent {
        let missed: Missed
        let time: Int64
        /// Its ping or a later one: the pong to it confirms what was sent before.
        var ping: UInt64?
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
        let socket = state.withLock { state in
            if let remembered {
                if state.socket == nil { keep([remembered], in: &state) } else { send(remembered, at: now, in: &state) }
            }
            return state.socket
        }
        guard let socket else { return }
        socket.send(text: answer.content())
        if let remembered { confirm([remembered], by: socket) }
    }

    /// From here on the session is told by this socket; gives what it had before, which is of no use any more.
    func attach(_ socket: WebSocket.Socket) -> WebSocket.Socket? {
        let now = clock.now
        let (old, missed) = state.withLock { state -> (WebSocket.Socket?, [Missed]) in
            if state.socket === socket { return (nil, []) }
            let old = state.socket
            // The one before may be of a machine that is gone, which nobody has noticed yet.
            let missed = state.sent.map(\.missed) + state.kept
            (state.socket, state.kept, state.sent, state.left) = (socket, [], [], nil)
            for each in missed { send(each, at: now, in: &state) }
            return (old, missed)
        }
        for each in missed { socket.send(text: each.answer.content()) }
        if !missed.isEmpty { confirm(missed, by: socket) }
        return old
    }

    /// The socket is gone, or belongs to another session now.
    func detach(_ socket: WebSocket.Socket) {
        let now = clock.now
        state.withLock { state in
            guard state.socket === socket else { return }
            let missed = state.sent.map(\.missed)
            (state.socket, state.sent, state.left) = (nil, [], now)
            keep(missed, in: &state)
        }
    }

    /// The peer has said something. That it has read what it was sent is not known; but clients that answer no pings are not
    /// told for ever what they had long ago.
    func heard(_ socket: WebSocket.Socket) {
        let now = clock.now
        state.withLock { state in
            guard state.socket === socket, let first = state.sent.first, now - first.time >= lifetime else { return }
            state.sent.removeAll { now - $0.time >= self.lifetime }
        }
    }

    /// The peer has answered a ping.
    func ponged(_ socket: WebSocket.Socket, _ payload: Span<UInt8>) {
        guard payload.count == 8 else { return }
        let number = payload.indices.reduce(0) { $0 << 8 | UInt64(payload[$1]) }
        state.withLock { state in
            // A number that no ping had is not ours: peers send pongs of their own (RFC 6455, 5.5.3).
            guard state.socket === socket, number <= state.pings else { return }
            state.sent.removeAll { $0.ping.map { $0 <= number } ?? false }
        }
    }

    /// Has the peer say that it has read these, which are on their way: only now, so that their ping is behind them.
    private func confirm(_ answers: [Missed], by socket: WebSocket.Socket) {
        let number = state.withLock { state in
            state.pings += 1
            for index in state.sent.indices where state.sent[index].ping == nil {
                if answers.contains(where: { $0 === state.sent[index].missed }) { state.sent[index].ping = state.pings }
            }
            return state.pings
        }
        var payload = ByteBuffer()
        for shift in stride(from: 56, through: 0, by: -8) { payload.append(UInt8(truncatingIfNeeded: number >> shift)) }
        socket.ping(payload)
    }

    /// Remembers what is sent, in place of the oldest if that is too much.
    private func send(_ answer: Missed, at now: Int64, in state: inout State) {
        if limit == 0 { return }
        if state.sent.count >= limit { state.sent.removeFirst() }
        state.sent.append(Sent(missed: answer, time: now))
    }

    private func keep(_ answers: some Sequence<Missed>, in state: inout State) {
        state.kept += answers.prefix(max(0, limit - state.kept.count))
    }

    /// Since when nobody has been there.
    var left: Int64? { state.withLock(\.left) }
}
