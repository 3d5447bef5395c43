public import Bytes
import Net
import Synchronization

extension WebSocket {
    /// A handle on an open WebSocket, for use from any thread. After the end of the connection its calls do nothing.
    ///
    /// Messages of one thread arrive in the order in which it sent them.
    public final class Socket: @unchecked Sendable {
        // Unchecked: other threads use `events` only through its inbox.
        private let events: EventLoop
        private let registration: Registration
        private let waiting = Atomic<Int>(0)
        /// Calls that wait in the loop's inbox.
        private let submitted = Atomic<Int>(0)
        private let limit: Int
        /// Where a session notes what is true of all messages, such as the caller's key, if a layer wants exchanges.
        public let notes: ExchangeNotes?

        init(_ events: EventLoop, _ registration: Registration, limit: Int, notes: ExchangeNotes?) {
            self.notes = notes
            self.events = events
            self.registration = registration
            self.limit = limit
        }

        /// The memory of output that the client has not taken yet. A session with much to send waits for `drained` when this grows.
        public var queued: Int { waiting.load(ordering: .relaxed) }

        /// Sends a text message, which must be UTF-8.
        ///
        /// `plan` is how the message is delivered, where that is not at once and whole. `values` are added to the message's exchange,
        /// if a layer wants exchanges.
        public func send(
            text: consuming ByteBuffer, plan: MessagePlan? = nil, noting values: ExchangeNotes.Values? = nil
        ) {
            send(.bytes(SharedBytes(text)), .text, plan, values)
        }

        /// Sends a text message of what is kept elsewhere; it is not copied.
        public func send(text: StoredContent, plan: MessagePlan? = nil, noting values: ExchangeNotes.Values? = nil) {
            send(text, .text, plan, values)
        }

        /// Sends a binary message.
        public func send(binary: consuming ByteBuffer, plan: MessagePlan? = nil) {
            send(.bytes(SharedBytes(binary)), .binary, plan, nil)
        }

        /// Sends a ping; the peer's pong brings the same bytes, at most 125.
        public func ping(_ payload: consuming ByteBuffer = ByteBuffer()) {
            let payload = SharedBytes(payload)
            onLoop { $0.sendPing(payload.bytes) }
        }

        /// Stops receiving until `resume`: further messages wait at the client. For a session with enough work.
        public func pause() {
            // Within a call of its own session it takes effect at once, not behind what is being sent.
            if events.isOnThread, let connection, connection.isBusy { return connection.setPaused(true) }
            onLoop { $0.setPaused(true) }
        }

        /// Receives again, from where it stopped.
        public func resume() {
            onLoop { $0.setPaused(false) }
        }

        /// Begins the closing handshake.
        public func close(_ code: CloseCode = .normal, reason: StaticString = "") {
            onLoop { $0.closeInOrder(code, reason) }
        }

        private func send(
            _ content: StoredContent, _ opcode: Opcode, _ plan: MessagePlan?, _ values: ExchangeNotes.Values?
        ) {
            let now = waiting.add(content.weight, ordering: .relaxed).newValue
            // A client that takes nothing while ever more is sent to it is disconnected.
            if now > limit { return onLoop { $0.closeWebSocket(.tryAgainLater, "too much is waiting to be taken") } }
            onLoop { $0.sendMessage(content, opcode, plan, values) }
        }

        /// Sets how much output waits.
        func setQueued(_ weight: Int) { waiting.store(weight, ordering: .relaxed) }

        private func onLoop(_ action: @escaping @Sendable (Connection) -> Void) {
            // Within a call of its own session, output joins that of the round. From anywhere else, even on the same thread, the
            // round's output may be another connection's. Calls never overtake those that wait in the inbox.
            if events.isOnThread, submitted.load(ordering: .relaxed) == 0, let connection, connection.isBusy {
                return action(connection)
            }
            submitted.add(1, ordering: .relaxed)
            events.submit { [self] in
                submitted.subtract(1, ordering: .relaxed)
                guard let connection else { return }
                action(connection)
                connection.flush()
            }
        }

        /// The connection, on the loop's thread; `nil` if it is closed or no WebSocket any more.
        private var connection: Connection? {
            guard let connection = events.handler(at: registration) as? Connection, connection.phase == .webSocket
            else {
                return nil
            }
            return connection
        }
    }
}
