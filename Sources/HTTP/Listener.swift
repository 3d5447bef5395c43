import Bytes
import Net
import Synchronization
import System

/// Accepts connections for one loop from a socket that all loops share.
///
/// The kernel wakes one loop for a new connection, not always the idlest; the loop that accepts hands it to the one with
/// the fewest. So a handful of connections is spread evenly, which neither the kernel's wake-up order nor hashing by
/// address (SO_REUSEPORT) gives.
final class Listener: EventHandler {
    private let socket: SharedListener
    private let loop: ServerLoop
    private let peers: LoopGroup
    private var place = Registration.none
    private var isPaused = false
    /// A descriptor kept to be given up when there are no others: the connection that waits can then be told so.
    private var spare: Descriptor?

    /// How many connections one wake-up accepts; the other events of the loop come next.
    private static let batch = 64
    /// How long a loop without descriptors leaves its listener alone, if it has no spare one either.
    private static let pause: Int64 = 100_000_000
    /// How many connections at once are told that there are too many. Any more are closed without a word.
    private static let refusedAtOnce = 256

    init(_ socket: SharedListener, _ loop: ServerLoop, _ peers: LoopGroup) {
        self.socket = socket
        self.loop = loop
        self.peers = peers
    }

    func start() throws(Errno) {
        spare = try Descriptor.spare()
        place = try loop.events.register(socket.descriptor, for: [.readable, .exclusive], self)
    }

    func stop() {
        loop.events.deregister(place)
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
                    // The connection went before it was accepted. RFC 9293 calls that nobody's fault.
                    continue
                }
            }
        }
    }

    /// Time to look again.
    func expired() {
        guard isPaused else { return }
        // While there is not even a spare one, there is none for a connection either.
        if spare == nil { spare = try? Descriptor.spare() }
        guard spare != nil else { return pause() }
        isPaused = false
        loop.events.deregister(place)
        do {
            place = try loop.events.register(socket.descriptor, for: [.readable, .exclusive], self)
        } catch {
            pause()
        }
    }

    /// An exclusive registration cannot be changed, only made anew; so the pause takes it out.
    private func pause() {
        loop.events.deregister(place)
        isPaused = true
        place = loop.events.reserve(self)
        loop.events.setDeadline(place, loop.events.now + Listener.pause)
    }

    /// Gives the spare descriptor up for the connection that waits, tells it that there is no room, and takes it back.
    private func refuseWithSpare() -> Bool {
        guard spare.take() != nil else { return false }
        do {
            if let accepted = try socket.descriptor.accept() { try sendRefusal(accepted) }
        } catch {
            // Somebody else took the descriptor, or the peer has gone.
        }
        spare = try? Descriptor.spare()
        return spare != nil
    }

    private func sendRefusal(_ socket: consuming Descriptor) throws(Errno) {
        var text = ByteBuffer()
        loop.date.refresh(loop.events.now)
        let response = Refusal.tooManyConnections.response
        ResponseWriter.append(response, date: loop.date, closing: true, persisting: false, requestID: nil, to: &text)
        if case .bytes(let body) = response.body { text.append(body.bytes) }
        // What the peer has sent already is taken, so that closing does not reset the answer away.
        loop.scratch.removeAll()
        _ = try socket.receive(into: &loop.scratch, upTo: ServerLoop.scratchSize)
        _ = try socket.send(text.bytes)
        socket.shutdownSending()
    }

    // MARK: - Admission

    private func admit(_ accepted: consuming Descriptor) {
        let server = loop.server
        if !socket.isUnix { accepted.sendWithoutDelay() }
        let count = server.connectionCount.add(1, ordering: .relaxed).newValue
        if count > server.limits.connections {
            server.connectionCount.subtract(1, ordering: .relaxed)
            return turnAway(accepted)
        }
        let target = peers.idlest(loop)
        target.load.add(1, ordering: .relaxed)
        if target === loop {
            Connection(loop, accepted, counts: true).start()
        } else {
            target.adopt(accepted)
        }
    }

    /// One connection too many: a prompt 503, read out so that it arrives.
    private func turnAway(_ accepted: consuming Descriptor) {
        let server = loop.server
        guard server.refusedCount.add(1, ordering: .relaxed).newValue <= Listener.refusedAtOnce else {
            server.refusedCount.subtract(1, ordering: .relaxed)
            return
        }
        let connection = Connection(loop, accepted, counts: false)
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
