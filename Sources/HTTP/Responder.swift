import Bytes
import System

/// Answers one request later, from any thread, once.
///
/// If it is released without an answer, the client gets 500: no request is left hanging.
public final class Responder: Sendable {
    private let deliver: @Sendable (consuming Response) -> Void
    private let answered = Locked(false)
    /// Where the service notes what it knows of the exchange, if a layer wants exchanges.
    public let notes: ExchangeNotes?

    package init(notes: ExchangeNotes? = nil, _ deliver: @escaping @Sendable (consuming Response) -> Void) {
        self.notes = notes
        self.deliver = deliver
    }

    /// Notes what the service knows of the exchange, until it answers.
    public func note(_ change: (inout ExchangeNotes.Values) -> Void) { notes?.note(change) }

    deinit {
        if answered.withLock({ $0 }) { return }
        deliver(.json(.internalError, ByteBuffer(#"{"detail":"Internal Server Error"}"#)))
    }

    /// Sends the answer. A second one is dropped.
    public func respond(_ response: consuming Response) {
        let first = answered.withLock { answered in
            defer { answered = true }
            return !answered
        }
        if first { deliver(response) }
    }
}
