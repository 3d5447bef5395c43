import Bytes
public import Net
import Synchronization
public import System

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
    /// `wallClock` gives nanoseconds since 1970, for the Date field. Answers carry `x-request-id` if `namesRequests`. The
    /// `observer` is told of every answer, on a loop's thread.
    public init(
        _ router: Router, limits: Limits = Limits(), loops count: Int = 2,
        wallClock: @escaping @Sendable () -> Int64 = { SystemClock.realtimeNanoseconds },
        namesRequests: Bool = true, observer: (@Sendable (Exchange) -> Void)? = nil
    ) throws(Errno) {
        core = ServerCore(
            router: router, limits: limits, wallClock: wallClock, namesRequests: namesRequests,
            observer: observer)
        for index in 0..<max(1, min(count, 64)) {
            loops.add(ServerLoop(try EventLoop(), core, index: index))
        }
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

    /// Stops accepting, closes what is idle, and lets what is in flight finish. Returns at once; `wait` waits.
    public func stop() {
        core.isStopping.store(true, ordering: .relaxed)
        for loop in loops.loops {
            let box = ServerLoop.Handover(loop)
            loop.events.submit { box.loop.stop() }
        }
        for socket in sockets {
            if let path = socket.address.path { Descriptor.removeSocketFile(path) }
        }
        // With the last loop that lets go of it, a socket closes and who comes now is refused.
        sockets = []
    }

    /// Whether every loop has ended.
    public var hasEnded: Bool { running.withLock { $0 == 0 } }

    /// Ends whatever is still in flight.
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
