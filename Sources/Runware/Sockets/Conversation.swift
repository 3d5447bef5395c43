import Bytes
import HTTP
import JSON
import Net
import System
import Tasks

/// One WebSocket of a caller: hears messages one after the other, each read where there is time for it.
final class Conversation: WebSocket.Session {
    private let service: Service
    private let base: String
    private let isDryRun: Bool
    private let state = Locked(State())

    private struct State {
        var socket: WebSocket.Socket?
        /// Who is there, once that is known.
        var caller: Caller?
        var mailbox: Mailbox?
        /// Messages that wait for the one that is being read.
        var waiting: [TransferBox<Body>] = []
        var isReading = false
        /// So many wait that nothing more is heard.
        var isPaused = false
        var isOver = false
    }

    /// Messages up to this size may be read where they come in.
    private static let shortMessage = 1 << 10

    init(_ service: Service, base: String, isDryRun: Bool) {
        (self.service, self.base, self.isDryRun) = (service, base, isDryRun)
    }

    func opened(_ socket: WebSocket.Socket) { state.withLock { $0.socket = socket } }

    func received(_ message: consuming Body, isText: Bool) {
        let (mailbox, socket) = state.withLock { ($0.mailbox, $0.socket) }
        if let socket { mailbox?.heard(socket) }
        if message.count <= Conversation.shortMessage, !state.withLock(\.isReading) {
            let text = ByteBuffer(message.bytes)
            // Who is there and pings cost less than handing them on.
            if let tasks = try? service.tasks(of: text), tasks.allSatisfy(\.isLight) { return answer(tasks) }
        }
        let box = TransferBox(message)
        let (isFirst, isEnough) = state.withLock { state in
            state.waiting.append(box)
            defer { state.isReading = true }
            if state.waiting.count >= service.settings.waitingMessages { state.isPaused = true }
            return (!state.isReading, state.isPaused)
        }
        if isEnough { socket?.pause() }
        if isFirst { service.threads.run { self.read() } }
    }

    func ponged(_ payload: Span<UInt8>) {
        let (mailbox, socket) = state.withLock { ($0.mailbox, $0.socket) }
        if let socket { mailbox?.ponged(socket, payload) }
    }

    func closed(_ code: WebSocket.CloseCode?) {
        let (mailbox, socket) = state.withLock { state in
            state.isOver = true
            state.waiting = []
            return (state.mailbox, state.socket)
        }
        if let socket { mailbox?.detach(socket) }
    }

    // MARK: - Reading

    /// Reads the next message, and has the one after it read in its turn: others wait for the threads too.
    private func read() {
        guard let next = state.withLock({ $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }) else { return rest() }
        var body = next.take()
        do throws(ServiceError) {
            answer(try service.tasks(of: body.takeBuffer()))
        } catch {
            say(Answer(ErrorObject(error)))
        }
        rest()
    }

    private func rest() {
        let (hasMore, resumed) = state.withLock { state in
            state.isReading = !state.waiting.isEmpty
            let isEnough = state.waiting.count > service.settings.waitingMessages / 2
            defer { if !isEnough { state.isPaused = false } }
            return (state.isReading, state.isPaused && !isEnough ? state.socket : nil)
        }
        resumed?.resume()
        if hasMore { service.threads.run { self.read() } }
    }

    private func answer(_ tasks: [JSONValue]) {
        for task in tasks {
            if task.isAuthentication {
                authenticate(task)
                continue
            }
            let (caller, mailbox) = state.withLock { ($0.caller, $0.mailbox) }
            if let caller, let mailbox {
                service.perform(task, for: caller) { answer, _ in mailbox.deliver(answer) }
            } else if task.isTask("ping") {
                // Clients ping before they hear that they are known.
                do throws(Refusal) {
                    say(try service.ping(task))
                } catch {
                    say(error.answer)
                }
            } else {
                say(Refusal(.missingKey, of: task).answer)
            }
        }
    }

    /// Finds out who is there, and which session goes on.
    private func authenticate(_ task: JSONValue) {
        let key: APIKey
        let asked: TaskID?
        do throws(Refusal) {
            (key, asked) = try service.authentication(task)
        } catch {
            return say(error.answer)
        }
        guard service.knows(key) else {
            say(Answer(ErrorObject(.wrongKey, taskType: TaskType.authentication.rawValue)))
            if let code = WebSocket.CloseCode(set: service.settings.wrongKeyCode) {
                state.withLock(\.socket)?.close(code, reason: "wrong key")
            }
            return
        }
        let caller = Caller(key, base: base, isDryRun: isDryRun)
        let known = asked.flatMap { service.sessions.known($0, of: caller.namespace) }
        if asked != nil, known == nil, service.settings.refusesStaleSessions {
            let violation = Violation.invalid("connectionSessionUUID", "There is no such session any more.")
            return say(Answer(ErrorObject(.parameter(violation), taskType: TaskType.authentication.rawValue)))
        }
        let mailbox = known ?? service.sessions.begin(for: caller.namespace)
        say(Answer(.authentication) { $0.pair("connectionSessionUUID", "\(mailbox.id)") })
        let (old, socket, isOver) = state.withLock { state in
            let old = state.mailbox
            (state.caller, state.mailbox) = (caller, mailbox)
            return (old, state.socket, state.isOver)
        }
        guard let socket else { return }
        if let old, old !== mailbox { old.detach(socket) }
        let takeover = WebSocket.CloseCode(set: service.settings.takeoverCode) ?? .policyViolation
        mailbox.attach(socket)?.close(takeover, reason: "the session goes on elsewhere")
        // It may have gone meanwhile, when there was nobody to tell.
        if isOver { mailbox.detach(socket) }
    }

    private func say(_ answer: Answer) {
        state.withLock(\.socket)?.send(text: answer.content())
    }
}

extension JSONValue {
    /// Whether a task takes no time at all.
    fileprivate var isLight: Bool { isTask("ping") || isAuthentication }
}

extension Service {
    /// Takes part in a conversation over a WebSocket.
    func converse(_ request: borrowing Request) -> WebSocket.Acceptance {
        .accept(Conversation(self, base: base(request), isDryRun: request.isDryRun))
    }
}

extension WebSocket.CloseCode {
    /// The code that a setting has; none for 0.
    fileprivate init?(set code: Int) {
        guard let value = UInt16(exactly: code), value > 0 else { return nil }
        self.init(rawValue: value)
    }
}
