import Net
import Time

/// Messages of a WebSocket that are sent later than at once, in their order.
final class DelayedMessages: EventHandler {
    enum Element {
        case message(StoredContent, WebSocket.Opcode, MessagePlan?)
        case close(WebSocket.CloseCode, StaticString)
    }

    private let events: EventLoop
    private weak var connection: Connection?
    private var registration: Registration?
    private var queue: [(due: Ticks, element: Element)] = []
    /// The memory of what waits.
    private(set) var weight = 0

    var isEmpty: Bool { queue.isEmpty }

    init(_ events: EventLoop, _ connection: Connection) { (self.events, self.connection) = (events, connection) }

    /// Adds something to be sent after a while, and after all that was added before.
    func add(_ element: Element, after delay: Interval) {
        queue.append((max(events.now + delay, queue.last?.due ?? events.now), element))
        if case .message(let content, _, _) = element { weight += content.weight }
        schedule()
    }

    /// Drops what waits.
    func end() {
        queue = []
        weight = 0
        if let registration { events.deregister(registration) }
        registration = nil
    }

    private func schedule() {
        guard let first = queue.first else { return }
        let registration = registration ?? events.reserve(self)
        self.registration = registration
        events.setDeadline(registration, first.due)
    }

    func ready(_ readiness: Readiness) {}

    func expired() {
        guard let connection else { return end() }
        while let first = queue.first, first.due <= events.now, connection.phase == .webSocket {
            queue.removeFirst()
            switch first.element {
            case .message(let content, let opcode, let plan):
                weight -= content.weight
                connection.sendFrame(content, opcode, plan)
            case .close(let code, let reason):
                connection.closeWebSocket(code, reason)
            }
        }
        connection.flush()
        schedule()
    }
}
