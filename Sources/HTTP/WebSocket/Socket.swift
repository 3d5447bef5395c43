public import Bytes
import Net
import Synchronization

extension WebSocket {
    /// A handle on an open WebSocket, good from any thread. After the end of the conversation its calls do nothing.
    ///
    /// Messages of one thread arrive in the order in which it sent them.
    public final class Socket: @unchecked Sendable {
        // Unchecked: `events` is used through its inbox, or directly on its own thread, which it tells.
        private let events: EventLoop
        private let place: Registration
        private let waiting = Atomic<Int>(0)
        /// Calls on their way to the loop.
        private let submitted = Atomic<Int>(0)
        private let limit: Int

        init(_ events: EventLoop, _ place: Registration, limit: Int) {
            self.events = events
            self.place = place
            self.limit = limit
        }

        /// The memory of what the peer has not taken yet. Who has much to send waits for `drained` when it grows.
        public var queued: Int { waiting.load(ordering: .relaxed) }

        /// Sends a text message; the caller vouches that it is UTF-8.
        public func send(text: consuming ByteBuffer) { send(.bytes(SharedBytes(text)), .text) }

        /// Sends a text message of what is kept elsewhere; it is not copied.
        public func send(text: StoredContent) { send(text, .text) }

        /// Sends a binary message.
        public func send(binary: consuming ByteBuffer) { send(.bytes(SharedBytes(binary)), .binary) }

        /// Sends a ping; the peer's pong brings the same bytes, at most 125.
        public func ping(_ payload: consuming ByteBuffer = ByteBuffer()) {
            let payload = SharedBytes(payload)
            onLoop { $0.sendPing(payload.bytes) }
        }

        /// Hears nothing more until `resume`: what the peer says waits on its side. For a session that has enough to do.
        public func pause() {
            // Not behind what is being sent: within a call of its session it holds at once.
            if events.isOnThread, let connection, connection.isBusy { return connection.setPaused(true) }
            onLoop { $0.setPaused(true) }
        }

        /// Hears the peer again, from where it stopped.
        public func resume() {
            onLoop { $0.setPaused(false) }
        }

        /// Begins the closing handshake.
        public func close(_ code: CloseCode = .normal, reason: StaticString = "") {
            onLoop { $0.closeWebSocket(code, reason) }
        }

        private func send(_ content: StoredContent, _ opcode: Opcode) {
            let now = waiting.add(content.weight, ordering: .relaxed).newValue
            // A peer that takes nothing while more and more is sent to it must go before the memory does.
            if now > limit { return onLoop { $0.closeWebSocket(.tryAgainLater, "too much is waiting to be taken") } }
            onLoop { $0.sendMessage(content, opcode) }
        }

        /// Tells how much waits after a change.
        func setQueued(_ weight: Int) { waiting.store(weight, ordering: .relaxed) }

        private func onLoop(_ action: @escaping @Sendable (Connection) -> Void) {
            // Within a call of its own session what it sends joins the round's output. From anywhere else, even on the
            // same thread, that output may be another connection's. Nothing overtakes what is on its way already.
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

        /// Its connection, on the loop's thread. The place may be somebody else's by now; then there is nobody to tell.
        private var connection: Connection? {
            guard let connection = events.handler(at: place) as? Connection, connection.phase == .webSocket else {
                return nil
            }
            return connection
        }
    }
}
