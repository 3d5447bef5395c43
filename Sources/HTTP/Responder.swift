import Bytes
import System

/// Answers one request later, from any thread, once.
///
/// If it goes away without an answer, the caller gets 500: no request is left hanging.
public final class Responder: Sendable {
    private let deliver: @Sendable (consuming Response) -> Void
    private let answered = Locked(false)

    init(_ deliver: @escaping @Sendable (consuming Response) -> Void) {
        self.deliver = deliver
    }

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
