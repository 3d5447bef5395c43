import Bytes
import Net
import Synchronization
import System
import Time

/// Accepts connections for one loop from a socket that all loops share.
///
/// The kernel wakes one loop for a new connection, not always the leastLoaded; the loop that accepts hands it to the one with
/// the fewest. So a handful of connections is spread evenly, which neither the kernel's wake-up order nor hashing by
/// address (SO_REUSEPORT) gives.
final class Listener: EventHandler {
    private let socket: SharedListener
    private let loop: ServerLoop
    private let peers: LoopGroup
    private var registration = Registration.none
    private var isPaused = false
    /// A reserved descriptor, closed when no others are free, so that the next connection can be accepted and refused.
    private var spare: Descriptor?

    /// How many connections one wake-up accepts; the other events of the loop come next.
    private static let batch = 64
    /// How long a loop without descriptors stops accepting, if it has no spare one either.
    private static let pause = Interval.milliseconds(100)
    /// How many connections at once are answered that there are too many. Further ones are closed without an answer.
    private static let refusedAtOnce = 256

    init(_ socket: SharedListener, _ loop: ServerLoop, _ peers: LoopGroup) {
        self.socket = socket
        self.loop = loop
        self.peers = peers
    }

    func start() throws(Errno) {
        spare = try Descriptor.spare()
        registration = try loop.events.register(socket.descriptor, for: [.readable, .exclusive], self)
    }

    func stop() {
        loop.events.deregister(registration)
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Listener.batch {
            do {
                guard let accepted = try socket.descriptor.accept() else { return }
                admit(accepted)
            } catch {
                switch error {
                case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory, .noBufferSpace:
                    if !refuseWithSpare() { return pause() }
                default:
                    // The client left before its connection was accepted.
                    continue
                }
            }
        }
    }

    /// The pause is over.
    func expired() {
        guard isPaused else { return }
        // While there is not even a spare one, there is none for a connection either.
        if spare == nil { spare = try? Descriptor.spare() }
        guard spare != nil else { return pause() }
        isPaused = false
        loop.events.deregister(registration)
        do {
            registration = try loop.events.register(socket.descriptor, for: [.readable, .exclusive], self)
        } catch {
            pause()
        }
    }

    /// An exclusive registration cannot be changed, only made anew; so the pause takes it out.
    private func pause() {
        loop.events.deregister(registration)
        isPaused = true
        registration = loop.events.reserve(self)
        loop.events.setDeadline(registration, loop.events.now + Listener.pause)
    }

    /// Accepts the next connection with the spare descriptor, refuses it, and reserves a descriptor again.
    private func refuseWithSpare() -> Bool {
        guard spare.take() != nil else { return false }
        do {
            if let accepted = try socket.descriptor.accept() { try sendRefusal(Transport(plain: accepted)) }
        } catch {
            // Another thread took the descriptor, or the client has left.
        }
        spare = try? Descriptor.spare()
        return spare != nil
    }

    private func sendRefusal(_ transport: consuming Transport) throws(Errno) {
        var text = ByteBuffer()
        loop.date.refresh(loop.events.now)
        let response = Refusal.tooManyConnections.response
        ResponseWriter.append(response, date: loop.date, closing: true, persisting: false, requestID: nil, to: &text)
        if case .bytes(let body) = response.body { text.append(body.bytes) }
        // Input is read first, since closing a socket with unread bytes would reset the connection and lose the answer.
        loop.scratch.removeAll()
        _ = try transport.receive(into: &loop.scratch, upTo: ServerLoop.scratchSize)
        _ = try transport.send(text.bytes)
        transport.shutdownSending()
    }

    // MARK: - Admission

    private func admit(_ accepted: consuming Descriptor) {
        let server = loop.server
        if !socket.isUnix { accepted.sendWithoutDelay() }
        let count = server.connectionCount.add(1, ordering: .relaxed).newValue
        if count > server.limits.connections {
            server.connectionCount.subtract(1, ordering: .relaxed)
            return refuse(Transport(plain: accepted))
        }
        let target = peers.leastLoaded(loop)
        target.load.add(1, ordering: .relaxed)
        if target === loop {
            Connection(loop, Transport(plain: accepted), counts: true).start()
        } else {
            target.adopt(Transport(plain: accepted))
        }
    }

    /// Answers a connection past the limit with 503.
    private func refuse(_ transport: consuming Transport) {
        let server = loop.server
        guard server.refusedCount.add(1, ordering: .relaxed).newValue <= Listener.refusedAtOnce else {
            server.refusedCount.subtract(1, ordering: .relaxed)
            return
        }
        let connection = Connection(loop, transport, counts: false)
        connection.start()
        if connection.phase == .closed { return }
        connection.refuseHead(.tooManyConnections)
        connection.flush()
    }
}

/// A listening socket that several loops watch.
final class SharedListener: Sendable {
    let descriptor: Descriptor
    let address: SocketAddress
    let isUnix: Bool

    init(at address: SocketAddress) throws(Errno) {
        descriptor = try Descriptor.listening(at: address)
        self.address = descriptor.localAddress() ?? address
        isUnix = address.isUnix
    }
}
