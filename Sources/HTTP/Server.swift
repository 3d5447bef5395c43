import Bytes
public import Net
import Synchronization
public import System
public import Time

/// An HTTP/1.1 server: loops, one a thread, that share listening sockets and a router.
public final class Server: @unchecked Sendable {
    // Unchecked: `listeners`, `threads` and `running` are touched by the thread that owns the server alone.
    private let core: ServerCore
    private let loops = LoopGroup()
    private var sockets: [SharedListener] = []
    private var threads: [ThreadBox] = []
    private let running = Locked(0)

    private final class ThreadBox {
        var thread: Thread?
        init(_ thread: consuming Thread) { self.thread = .some(thread) }
    }

    /// A server that does not listen yet.
    ///
    /// `layers` stand around all handlers, the first one outermost. `amends` says that services may note amendments of their
    /// answers. `clock` gives the time of the Date field. Answers carry
    /// `x-request-id` if `namesRequests`.
    public init(
        _ hosts: Hosts, limits: Limits = Limits(), loops count: Int = 2,
        layers: [any Layer] = [], amends: Bool = false, clock: Clock = Clock(), namesRequests: Bool = true
    ) throws(Errno) {
        core = ServerCore(
            hosts, limits: limits, layers: layers, amends: amends, clock: clock, namesRequests: namesRequests)
        for index in 0..<max(1, min(count, 64)) {
            loops.add(ServerLoop(try EventLoop(), core, index: index))
        }
    }

    /// A server whose routes are the same for all hosts.
    public convenience init(
        _ router: Router, limits: Limits = Limits(), loops count: Int = 2, layers: [any Layer] = [],
        amends: Bool = false, clock: Clock = Clock(), namesRequests: Bool = true
    ) throws(Errno) {
        try self.init(
            Hosts(router), limits: limits, loops: count, layers: layers, amends: amends, clock: clock,
            namesRequests: namesRequests)
    }

    /// Listens at one more address; gives the address with the port that was really taken.
    public func listen(at address: SocketAddress) throws(Errno) -> SocketAddress {
        let socket = try SharedListener(at: address)
        sockets.append(socket)
        return socket.address
    }

    /// Starts serving, on threads of its own.
    public func start() throws(Errno) {
        running.withLock { $0 = loops.loops.count }
        for loop in loops.loops {
            let listeners = sockets.map { Listener($0, loop, loops) }
            for listener in listeners { try listener.start() }
            loop.listeners = listeners
            let box = ServerLoop.Handover(loop)
            threads.append(
                ThreadBox(
                    try Thread("loop-\(loop.index)") { [self] in
                        box.loop.events.run()
                        running.withLock { $0 -= 1 }
                    }))
        }
    }

    /// Stops accepting, closes idle connections, and lets requests in flight finish. Returns at once; `wait` waits.
    public func stop() {
        core.isStopping.store(true, ordering: .relaxed)
        for loop in loops.loops {
            let box = ServerLoop.Handover(loop)
            loop.events.submit { box.loop.stop() }
        }
        for socket in sockets {
            if let path = socket.address.path { Descriptor.removeSocketFile(path) }
        }
        // A socket closes when the last loop releases it; new connections are refused from then on.
        sockets = []
    }

    /// Whether every loop has ended.
    public var hasEnded: Bool { running.withLock { $0 == 0 } }

    /// Closes all connections, with requests in flight too.
    public func abandon() {
        for loop in loops.loops {
            let box = ServerLoop.Handover(loop)
            loop.events.submit { box.loop.abandon() }
        }
    }

    /// Waits for the threads to end.
    public func wait() {
        for box in threads { box.thread.take()?.join() }
        threads = []
    }

    /// Connections being served at the moment.
    public var connectionCount: Int { core.connectionCount.load(ordering: .relaxed) }

    /// The bytes that bodies take at the moment.
    public var bodyMemoryInUse: Int { core.budget.inUse }
}
