import Bytes
import Net
import Synchronization

/// What the connections of one loop share: the loop itself, and buffers that are used again for every request.
final class ServerLoop {
    let events: EventLoop
    let server: ServerCore
    let index: Int

    /// Where requests are received that arrive in one piece; connections own a buffer only for incomplete ones.
    var scratch: ByteBuffer
    var parser = RequestParser()
    /// Answers of the current round, sent together.
    var output: ByteBuffer
    var date: HTTPDate
    let memoryTrimmer: MemoryTrimmer
    /// Notes for requests that are answered at once, empty between them; only where there are layers.
    let scratchNotes: ExchangeNotes?
    /// The bytes that the current connection has sent in its turn.
    var sent = 0
    private var requestCount: UInt64 = 0
    /// Connections on this loop; other loops read it to find the one with the fewest.
    let load = Atomic<Int>(0)
    var listeners: [Listener] = []
    /// No new work is begun.
    private(set) var isStopping = false

    static let scratchSize = 64 << 10

    init(_ events: EventLoop, _ server: ServerCore, index: Int) {
        self.events = events
        self.server = server
        self.index = index
        scratch = ByteBuffer(capacity: ServerLoop.scratchSize)
        output = ByteBuffer(capacity: 4 << 10)
        memoryTrimmer = MemoryTrimmer(events)
        scratchNotes = server.isWatched ? ExchangeNotes() : nil
        date = HTTPDate(clock: server.clock)
    }

    var limits: Limits { server.limits }

    // MARK: - Connections

    /// Takes over a connection that another loop has accepted; from any thread.
    func adopt(_ transport: consuming Transport) {
        let box = TransferBox(transport)
        let handover = Handover(self)
        events.submit {
            let connection = Connection(handover.loop, box.take(), counts: true)
            connection.start()
            if handover.loop.isStopping { connection.stop() }
        }
    }

    /// Stops accepting and ends what is idle; the loop ends with its last connection.
    func stop() {
        isStopping = true
        for listener in listeners { listener.stop() }
        listeners = []
        for case let connection as Connection in events.handlers { connection.stop() }
        if load.load(ordering: .relaxed) == 0 { events.stop() }
    }

    /// Ends every connection as it stands, and the loop.
    func abandon() {
        stop()
        for case let connection as Connection in events.handlers { connection.close() }
        events.stop()
    }

    func connectionLeft() {
        if isStopping, load.load(ordering: .relaxed) == 0 { events.stop() }
    }

    /// Carries the loop to its own thread.
    final class Handover: @unchecked Sendable {
        // Unchecked: opened on the loop's own thread alone.
        let loop: ServerLoop
        init(_ loop: ServerLoop) { self.loop = loop }
    }

    /// The next request's number, unlike that of any other loop.
    @inline(__always)
    func nextRequestNumber() -> UInt64 {
        requestCount &+= 1
        return requestCount &* 64 &+ UInt64(index)
    }
}
