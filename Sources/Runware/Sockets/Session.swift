import Bytes
import HTTP
import System
import Tasks
import Time

/// A caller's session, which outlives its WebSocket. A caller that lost its connection resumes the session by its ID
/// and receives the results it missed. Answers that can be queried again are not sent again: clients resend a task
/// whose acknowledgement they missed, and would take an answer to the first for one to the second.
///
/// A sent answer may not have arrived: the network accepts bytes for a machine that is gone, and the peer may have sent
/// its latest messages earlier. So a ping follows each result, and only its pong confirms that the result was read. A
/// result without a pong counts as missed when the session moves to another connection or its connection ends for any
/// reason, so results are delivered at least once.
final class Session: Sendable {
    let id: TaskID
    let namespace: Namespace
    private let clock: Clock
    /// How long an answer can count as missed while its peer keeps sending messages.
    private let lifetime: Interval
    private let limit: Int
    private let memory: UnconfirmedAnswer.Memory
    private let send: Sender
    private let state = Locked(State())

    /// Sends an answer over a socket, for the session's key.
    typealias Sender = @Sendable (Answer, WebSocket.Socket, KeyID) -> Void

    private struct State {
        var socket: WebSocket.Socket?
        /// Results that arrived while there was no socket.
        var outbox: [UnconfirmedAnswer] = []
        /// Results that were sent and not confirmed, oldest first.
        var sent: [Sent] = []
        /// The number of the last ping.
        var pings: UInt64 = 0
        /// The time since which there is no socket.
        var left: Instant?
    }

    /// A result that was sent.
    private struct Sent {
        let answer: UnconfirmedAnswer
        let time: Instant
        /// The number of the first ping after the result: a pong to it or to a later one confirms the result.
        var ping: UInt64?
    }

    /// Creates a session that keeps at most `limit` answers, each for `lifetime` and as long as memory allows.
    init(
        _ id: TaskID, _ namespace: Namespace, clock: Clock, lifetime: Interval, limit: Int,
        memory: UnconfirmedAnswer.Memory, send: @escaping Sender
    ) {
        (self.id, self.namespace, self.clock, self.send) = (id, namespace, clock, send)
        (self.lifetime, self.limit, self.memory) = (lifetime, limit, memory)
    }

    private var now: Instant { clock.now(for: namespace.key) }

    /// Sends an answer, or keeps it until there is a socket.
    func deliver(_ answer: Answer) {
        let now = now
        let remembered = answer.isResult ? memory.remember(answer) : nil
        let socket = state.withLock { state in
            if let remembered {
                if state.socket == nil { keep([remembered], in: &state) } else { send(remembered, at: now, in: &state) }
            }
            return state.socket
        }
        guard let socket else { return }
        send(answer, socket, namespace.key)
        if let remembered { confirm([remembered], by: socket) }
    }

    /// Attaches a socket to the session; returns the previous one, which is no longer used.
    func attach(_ socket: WebSocket.Socket) -> WebSocket.Socket? {
        let now = now
        let (old, missed) = state.withLock { state -> (WebSocket.Socket?, [UnconfirmedAnswer]) in
            if state.socket === socket { return (nil, []) }
            let old = state.socket
            // The previous socket may belong to a machine that disappeared without closing it.
            let missed = state.sent.map(\.answer) + state.outbox
            (state.socket, state.outbox, state.sent, state.left) = (socket, [], [], nil)
            for each in missed { send(each, at: now, in: &state) }
            return (old, missed)
        }
        for each in missed { send(each.answer, socket, namespace.key) }
        if !missed.isEmpty { confirm(missed, by: socket) }
        return old
    }

    /// Detaches a socket that closed or moved to another session; returns true if the session has no socket now.
    @discardableResult
    func detach(_ socket: WebSocket.Socket) -> Bool {
        let now = now
        return state.withLock { state in
            guard state.socket === socket else { return false }
            let missed = state.sent.map(\.answer)
            (state.socket, state.sent, state.left) = (nil, [], now)
            keep(missed, in: &state)
            return true
        }
    }

    /// Handles a message from the peer. A message does not confirm earlier results, but those older than `lifetime` are
    /// dropped, so that clients that never answer pings do not receive them again indefinitely.
    func peerSpoke(over socket: WebSocket.Socket) {
        let now = now
        state.withLock { state in
            guard state.socket === socket, let first = state.sent.first, now - first.time >= lifetime else { return }
            state.sent.removeAll { now - $0.time >= self.lifetime }
        }
    }

    /// Handles a pong from the peer.
    func peerAnswered(ping payload: Span<UInt8>, over socket: WebSocket.Socket) {
        guard payload.count == 8 else { return }
        let number = payload.indices.reduce(0) { $0 << 8 | UInt64(payload[$1]) }
        state.withLock { state in
            // A pong with a number that was never sent is unsolicited (RFC 6455, 5.5.3).
            guard state.socket === socket, number <= state.pings else { return }
            state.sent.removeAll { $0.ping.map { $0 <= number } ?? false }
        }
    }

    /// Requests the peer's confirmation of results that were already sent; the ping must follow them.
    private func confirm(_ answers: [UnconfirmedAnswer], by socket: WebSocket.Socket) {
        let number = state.withLock { state in
            state.pings += 1
            for index in state.sent.indices where state.sent[index].ping == nil {
                if answers.contains(where: { $0 === state.sent[index].answer }) { state.sent[index].ping = state.pings }
            }
            return state.pings
        }
        var payload = ByteBuffer()
        for shift in stride(from: 56, through: 0, by: -8) { payload.append(UInt8(truncatingIfNeeded: number >> shift)) }
        socket.ping(payload)
    }

    /// Keeps a sent result until it is confirmed; beyond the limit, the oldest is dropped.
    private func send(_ answer: UnconfirmedAnswer, at now: Instant, in state: inout State) {
        if limit == 0 { return }
        if state.sent.count >= limit { state.sent.removeFirst() }
        state.sent.append(Sent(answer: answer, time: now))
    }

    private func keep(_ answers: some Sequence<UnconfirmedAnswer>, in state: inout State) {
        state.outbox += answers.prefix(max(0, limit - state.outbox.count))
    }

    /// The time since which there is no socket.
    var left: Instant? { state.withLock(\.left) }
}
