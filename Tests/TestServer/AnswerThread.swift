import HTTP
import Net
import System

/// A thread that answers late requests, so that their answers come from elsewhere than the loops.
final class AnswerThread: Sendable {
    private let loop: EventLoop

    init() throws(Errno) {
        let loop = try EventLoop()
        self.loop = loop
        AnswerThread.keep(try Thread("answerThread") { loop.run() })
    }

    /// The thread runs as long as the process.
    private static func keep(_ thread: consuming Thread) {}

    func answer(_ responder: Responder, _ text: String) {
        loop.submit { responder.respond(.text(.ok, text)) }
    }
}
