import Bytes
import Net

/// One client's connection, looked after by one loop.
///
/// A request that comes whole in one piece is parsed where it was received, answered, and forgotten: the connection itself
/// holds nothing but its socket. Whatever is incomplete, a head, a body, an answer its reader does not take, waits in
/// `reception` and `output` and is bounded there. Requests are answered one after the other, so pipelined answers keep
/// their order by themselves.
final class Connection: EventHandler {
    /// What the connection is doing.
    enum Phase {
        /// Waiting for a request or for the rest of a head.
        case head
        /// Reading the body of `reception.request`.
        case body
        /// Throwing away the body of a request that has been answered.
        case draining
        /// A handler answers later.
        case waiting
        case webSocket
        /// Everything is said; what still comes is read so that the last answer is not lost. RFC 9112, 9.6.
        case lingering
        case closed
    }

    let loop: ServerLoop
    let socket: Descriptor
    let counts: Bool
    var place = Registration.none
    var phase = Phase.head
    var interest: Readiness = .readable
    var reception: Reception?
    var output = OutputQueue()
    /// The connection ends when its output is sent.
    var closesAfterOutput = false
    /// Its end must be read out first, because the peer may still be sending.
    var lingersAtEnd = false
    /// What is to be known of the request being answered.
    var current = Current()
    var webSocket: WebSocketConnection?
    /// It has had its turn: whole requests wait in `reception`, and the other connections come first.
    var yields = false
    /// A session's call is under way, and what it sends goes out when it returns.
    var isBusy = false
    /// What its reader had not taken when its time began.
    var leftUntaken = 0
    /// When reading out a connection that has ended must end too.
    var lingerEnd: Int64 = 0
    private var clientName: String?

    /// The request at hand, once its head is known.
    struct Current {
        var isHead = false
        var keepsAlive = true
        var minorVersion: UInt8 = 1
        var arrival: Int64 = 0
        /// Tells late answers from answers to a request before.
        var number: UInt64 = 0
        var exchange: Exchange?
    }

    /// A connection `counts` if it takes one of the server's places; those that are only refused do not.
    init(_ loop: ServerLoop, _ socket: consuming Descriptor, counts: Bool) {
        self.loop = loop
        self.socket = socket
        self.counts = counts
    }

    /// Takes its place in the loop.
    func start() {
        do {
            place = try loop.events.register(socket, for: interest, self)
            current.arrival = loop.events.now
            // A client may connect ahead of need: until its first byte it is as idle as between two requests.
            loop.events.setDeadline(place, loop.events.now + loop.limits.idleTime)
        } catch {
            phase = .closed
            leave()
        }
    }

    // MARK: - Events

    func ready(_ readiness: Readiness) {
        loop.sent = 0
        if readiness.contains(.writable) { writeMore() }
        if phase != .closed, !readiness.isDisjoint(with: [.readable, .peerClosed, .broken]) { read(readiness) }
    }

    func expired() {
        switch phase {
        case .head where reception != nil && output.isEmpty:
            refuseHead(.headTimeout)
            flush()
        case .body where awaitsTurn:
            turnCame(isImpatient: true)
        case .body where output.isEmpty:
            refuse(.bodyTimeout)
            flush()
        case .webSocket where output.isEmpty:
            webSocketExpired()
        default:
            if output.isEmpty || !isReaderSlow() { close() }
        }
    }

    /// Whether the reader has taken something since it was last asked, if only from the kernel: that gives it more time.
    ///
    /// The kernel tells of room only when a third of its buffer is free, which a slow reader may need minutes for.
    private func isReaderSlow() -> Bool {
        let before = leftUntaken
        startWriteClock()
        return leftUntaken < before
    }

    /// Gives the reader time to take something of what waits for it.
    func startWriteClock() {
        leftUntaken = output.count + socket.unacknowledged()
        loop.events.setDeadline(place, loop.events.now + loop.limits.writeTime)
    }

    private func read(_ readiness: Readiness) {
        switch phase {
        case .webSocket where isPaused:
            if !readiness.isDisjoint(with: .broken) { close() }
        case .head, .draining, .webSocket, .lingering: receive()
        case .body where awaitsTurn:
            // What comes meanwhile waits in the kernel, too.
            if !readiness.isDisjoint(with: .broken) { close() }
        case .body:
            if takesTurn() { receiveBody() }
        case .waiting:
            // Whatever comes now waits in the kernel; a peer that is gone for good needs no answer.
            if !readiness.isDisjoint(with: .broken) { close() } else { setInterest([]) }
        case .closed: break
        }
    }

    // MARK: - Receiving

    /// Receives into the loop's buffer, or behind what is already waiting.
    private func receive() {
        do {
            if let reception {
                var buffer = ByteBuffer()
                swap(&buffer, &reception.input)
                var parser = RequestParser()
                swap(&parser, &reception.parser)
                let transfer = try socket.receive(into: &buffer, upTo: Reception.inputRoom)
                guard received(transfer) else {
                    // Nothing new: what was there goes back as it is.
                    swap(&buffer, &reception.input)
                    swap(&parser, &reception.parser)
                    return
                }
                let used = consume(&buffer, &parser)
                keep(&buffer, &parser, from: used, in: reception)
            } else {
                loop.scratch.removeAll()
                guard try received(socket.receive(into: &loop.scratch, upTo: ServerLoop.scratchSize)) else { return }
                let used = consume(&loop.scratch, &loop.parser)
                if phase != .closed, phase != .lingering, used < loop.scratch.count || !loop.parser.isEmpty {
                    let reception = reception ?? Reception()
                    self.reception = reception
                    var rest = ByteBuffer(copying: loop.scratch, from: used)
                    var parser = RequestParser()
                    swap(&parser, &loop.parser)
                    keep(&rest, &parser, from: 0, in: reception)
                }
                loop.parser.reset()
            }
        } catch {
            close()
            return
        }
        flush()
    }

    /// Whether something came; ends the connection when nothing more will.
    private func received(_ transfer: Transfer) -> Bool {
        switch transfer {
        case .bytes: return true
        case .wouldBlock: return false
        case .end:
            close()
            return false
        }
    }

    /// Keeps what is not used up for the next round; nothing at all if nothing is.
    private func keep(
        _ buffer: inout ByteBuffer, _ parser: inout RequestParser, from used: Int, in reception: Reception
    ) {
        if phase == .closed || phase == .lingering { return }
        buffer.removeFirst(used)
        if phase == .head || phase == .webSocket, buffer.isEmpty, parser.isEmpty {
            self.reception = nil
        } else {
            swap(&buffer, &reception.input)
            swap(&parser, &reception.parser)
        }
    }

    /// Receives a body straight to where it stays.
    private func receiveBody() {
        guard let reception, reception.missing > 0 else { return receive() }
        do {
            guard
                makeRoom(in: reception, for: 1, expected: reception.request?.head.contentLength)
            else {
                flush()
                return
            }
            // At most this much at once, so that one large upload does not hold up the other connections.
            let transfer = try reception.receiveBody(from: socket, upTo: 512 << 10)
            guard received(transfer), case .bytes(let count) = transfer else { return }
            reception.missing -= count
            loop.events.setDeadline(place, loop.events.now + loop.limits.bodyTime)
        } catch {
            close()
            return
        }
        if reception.missing == 0 {
            finishBody(reception)
            resume()
        }
    }

    /// Goes on with what is waiting once the connection is free for the next request or its session hears again, and sends.
    func resume() {
        let mayGoOn = phase == .head && output.isEmpty || phase == .webSocket && !isPaused
        if mayGoOn, let reception, !reception.input.isEmpty {
            var buffer = ByteBuffer()
            swap(&buffer, &reception.input)
            var parser = RequestParser()
            swap(&parser, &reception.parser)
            let used = consume(&buffer, &parser)
            keep(&buffer, &parser, from: used, in: reception)
        } else if phase == .head, let reception, reception.input.isEmpty, reception.parser.isEmpty {
            self.reception = nil
        }
        flush()
    }

    // MARK: - Consuming

    /// Works through received bytes; says how many are used up.
    private func consume(_ buffer: inout ByteBuffer, _ parser: inout RequestParser) -> Int {
        var used = 0
        while used < buffer.count {
            switch phase {
            case .head:
                if loop.output.count > 64 << 10 { sendOutput() }
                // A reader that does not take its answers gets no further ones. Pipelining is bounded by this.
                if !output.isEmpty || phase == .closed { return used }
                // One that takes them as fast as they are sent gets a turn's worth, and more in its next.
                if loop.sent >= Connection.turn {
                    yields = true
                    return used
                }
                let begins = parser.isEmpty
                if begins { current.arrival = loop.events.now }
                switch parser.parse(buffer.bytes.extracting(used...), limits: loop.limits) {
                case .complete(let length):
                    used += takeHead(&buffer, &parser, at: used, length: length)
                case .needMore:
                    if begins { loop.events.setDeadline(place, current.arrival + loop.limits.headTime) }
                    return used
                case .malformed(let refusal):
                    refuseHead(refusal)
                    return buffer.count
                }
            case .body, .draining:
                guard let reception else { return buffer.count }
                used = takeBody(reception, buffer.bytes, from: used)
            case .webSocket:
                used = takeFrames(&buffer, from: used)
                if isPaused { return used }
            case .waiting:
                return used
            case .lingering, .closed:
                // The peer has sent more than will be answered; a reset for that could overtake the last answer.
                lingersAtEnd = true
                if lingerEnd > 0 { linger() }
                return buffer.count
            }
        }
        return used
    }

    /// The address that the other end has found, unless that is a file.
    func reachedAddress() -> ByteBuffer {
        guard let address = socket.localAddress(), !address.isUnix else { return ByteBuffer() }
        return ByteBuffer("\(address)")
    }

    /// The address of the other end, for the logs.
    func client() -> String {
        if let clientName { return clientName }
        let name = socket.peerAddress().map { $0.isUnix ? "unix" : "\($0)" } ?? "-"
        clientName = name
        return name
    }
}
