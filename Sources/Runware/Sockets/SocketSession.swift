import Bytes
import HTTP
import JSON
import Net
import Steering
import System
import Tasks

/// A WebSocket connection of a caller. Processes its messages one at a time: short ones on the event loop, others on
/// the thread pool.
final class SocketSession: WebSocket.Session {
    private let service: Service
    private let base: String
    private let isDryRun: Bool
    /// What the header of the upgrade says about all messages.
    private let header: SteeringText?
    private let state = Locked(State())

    private struct State {
        var socket: WebSocket.Socket?
        /// The caller, once authenticated.
        var caller: Caller?
        var session: Session?
        /// Messages queued behind the one being processed.
        var waiting: [TransferBox<Body>] = []
        var isReading = false
        /// Whether reading from the connection is paused because too many messages are queued.
        var isPaused = false
        var isOver = false
    }

    /// The maximum size of messages that may be processed on the event loop.
    private static let shortMessage = 1 << 10

    init(_ service: Service, base: String, isDryRun: Bool, _ header: SteeringText?) {
        (self.service, self.base, self.isDryRun, self.header) = (service, base, isDryRun, header)
    }

    func opened(_ socket: WebSocket.Socket) { state.withLock { $0.socket = socket } }

    func received(_ message: consuming Body, isText: Bool) {
        let (session, socket) = state.withLock { ($0.session, $0.socket) }
        if let socket { session?.peerSpoke(over: socket) }
        if message.count <= SocketSession.shortMessage, !state.withLock(\.isReading) {
            let text = ByteBuffer(message.bytes)
            // Authentication and pings take less time than a switch to another thread.
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
        let (session, socket) = state.withLock { ($0.session, $0.socket) }
        if let socket { session?.peerAnswered(ping: payload, over: socket) }
    }

    func closed(_ code: WebSocket.CloseCode?) {
        let (session, socket) = state.withLock { state in
            state.isOver = true
            state.waiting = []
            return (state.session, state.socket)
        }
        if let socket { leave(session, socket) }
    }

    // MARK: - Reading

    /// Processes the next message, and then requeues for the one after it, so that other connections get their turn.
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
            let (caller, session) = state.withLock { ($0.caller, $0.session) }
            if let caller, let session {
                service.perform(task, for: caller) { answer, _ in session.deliver(answer) }
            } else if task.isTask("ping") {
                // Clients may ping before they receive the answer to their authentication.
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

    /// Authenticates the caller, and starts or resumes a session.
    private func authenticate(_ task: JSONValue) {
        let key: SentKey
        let asked: TaskID?
        do throws(Refusal) {
            (key, asked) = try service.authentication(task)
        } catch {
            return say(error.answer)
        }
        guard service.knows(key.key) else {
            say(Answer(ErrorObject(.wrongKey, taskType: TaskType.authentication.rawValue)))
            if let code = WebSocket.CloseCode(set: service.settings.wrongKeyCode) {
                state.withLock(\.socket)?.close(code, reason: "wrong key")
            }
            return
        }
        let caller = Caller(key, base: base, isDryRun: isDryRun, header: header)
        let known = asked.flatMap { service.sessions.known($0, of: caller.namespace) }
        if asked != nil, known == nil, service.settings.refusesStaleSessions {
            let violation = Violation.invalid("connectionSessionUUID", "There is no such session any more.")
            return say(Answer(ErrorObject(.parameter(violation), taskType: TaskType.authentication.rawValue)))
        }
        let session = known ?? service.sessions.begin(for: caller.namespace)
        say(Answer(.authentication) { $0.pair("connectionSessionUUID", "\(session.id)") })
        let (old, socket, isOver) = state.withLock { state in
            let old = state.session
            (state.caller, state.session) = (caller, session)
            return (old, state.socket, state.isOver)
        }
        guard let socket else { return }
        socket.notes?.note { $0.key = caller.namespace.key.value }
        if let old, old !== session { leave(old, socket) }
        let takeover = WebSocket.CloseCode(set: service.settings.takeoverCode) ?? .policyViolation
        session.attach(socket)?.close(takeover, reason: "the session goes on elsewhere")
        // The connection may have closed before it had a session.
        if isOver { leave(session, socket) }
    }

    private func leave(_ session: Session?, _ socket: WebSocket.Socket) {
        if let session, session.detach(socket) { service.sessions.left(session) }
    }

    private func say(_ answer: Answer) {
        state.withLock(\.socket)?.send(text: answer.content())
    }
}

extension JSONValue {
    /// Whether a task takes negligible time.
    fileprivate var isLight: Bool { isTask("ping") || isAuthentication }
}

extension Service {
    /// Accepts a WebSocket.
    func accept(_ request: borrowing Request) -> WebSocket.Acceptance {
        do throws(Refusal) {
            let header = try header(of: request)
            return .accept(SocketSession(self, base: base(request), isDryRun: request.isDryRun, header))
        } catch {
            return .refuse(response(to: error.answer))
        }
    }
}

extension WebSocket.CloseCode {
    /// Creates the close code of a setting; `nil` for 0.
    fileprivate init?(set code: Int) {
        guard let value = UInt16(exactly: code), value > 0 else { return nil }
        self.init(rawValue: value)
    }
}
