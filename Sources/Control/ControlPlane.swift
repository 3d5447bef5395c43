import Bytes
public import HTTP
import JSON
public import Steering
public import System
public import Tasks
import Time

/// The paths by which tests steer the emulator: its clock, its rules and its state.
public final class ControlPlane: Sendable {
    let tasks: TaskService
    let steering: Steering
    private let threads: ThreadPool
    private let patientThreads: ThreadPool
    private let access: Guard
    /// The names of keys that calls have named.
    let names = KeyNames()

    /// Creates the control plane. Calls that move time wait for what becomes due, on `patientThreads`, so that they never keep
    /// others from `threads`. With a `token`, calls need it.
    public init(
        _ tasks: TaskService, _ steering: Steering, threads: ThreadPool, patientThreads: ThreadPool, token: String?
    ) {
        (self.tasks, self.steering) = (tasks, steering)
        (self.threads, self.patientThreads) = (threads, patientThreads)
        access = Guard(token: token)
    }

    /// The largest state that is loaded.
    private static let stateLimit = 1 << 30
    /// The largest body of any other call.
    private static let bodyLimit = 16 << 20

    public var routes: [Route] {
        typealias Operation = @Sendable (Call) throws(Problem) -> Response
        func route(
            _ method: Method, _ path: StaticString, limit: Int = ControlPlane.bodyLimit, waits: Bool = false,
            _ run: @escaping Operation
        ) -> Route {
            let threads = waits ? patientThreads : threads
            return Route(
                [method], path, wantsBody: true, bodyLimit: limit, .later { [self] in answer($0, $1, threads, run) }
            ).of(kind: .control)
        }
        return [
            route(.get, "/_emulator") { _ in ControlPlane.page },
            route(.get, "/_emulator/") { _ in ControlPlane.page },
            route(.get, "/_emulator/openapi.json") { _ in .json(.ok, ByteBuffer(ControlPlane.description)) },
            route(.get, "/_emulator/rules") { [self] call in listRules(call) },
            route(.post, "/_emulator/rules") { [self] call throws(Problem) in try addRules(call) },
            route(.put, "/_emulator/rules") { [self] call throws(Problem) in try replaceRules(call) },
            route(.delete, "/_emulator/rules") { [self] call in removeRules(call) },
            route(.get, "/_emulator/rules/{id}") { [self] call throws(Problem) in try showRule(call) },
            route(.delete, "/_emulator/rules/{id}") { [self] call throws(Problem) in try removeRule(call) },
            route(.get, "/_emulator/clock") { [self] call in showClock(call) },
            route(.put, "/_emulator/clock", waits: true) { [self] call throws(Problem) in try setClock(call) },
            route(.post, "/_emulator/clock/advance", waits: true) { [self] call throws(Problem) in
                try advance(call)
            },
            route(.post, "/_emulator/reset") { [self] call in reset(call) },
            route(.get, "/_emulator/state") { [self] call throws(Problem) in try exportState(call) },
            route(.put, "/_emulator/state", limit: ControlPlane.stateLimit) { [self] call throws(Problem) in
                try loadState(call)
            },
        ]
    }

    private func answer(
        _ request: consuming Request, _ responder: Responder, _ threads: ThreadPool,
        _ run: @escaping @Sendable (Call) throws(Problem) -> Response
    ) {
        do throws(Problem) {
            try access.check(request)
            let call = try Call(request)
            threads.run {
                do throws(Problem) {
                    responder.respond(try run(call))
                } catch {
                    responder.note { $0.error = error.detail }
                    responder.respond(error.response())
                }
            }
        } catch {
            responder.note { $0.error = error.detail }
            responder.respond(error.response())
        }
    }
}

/// The names of keys, for answers to those who have named them. A hash alone is kept elsewhere.
final class KeyNames: Sendable {
    private let names = Locked<[KeyID: String]>([:])

    private static let limit = 10_000

    func note(_ call: Call) {
        guard let key = call.key, let name = call.keyName else { return }
        names.withLock { names in
            if names.count >= KeyNames.limit { names = [:] }
            names[key] = name
        }
    }

    /// The name of a key, or a label that does not reveal it.
    func name(_ key: KeyID) -> String {
        names.withLock { $0[key] } ?? "key-" + String(UInt32(truncatingIfNeeded: key.value >> 96), radix: 16)
    }
}
