import Bytes
import Net
import Time

/// One client's connection, looked after by one loop.
///
/// A request that arrives in one piece is parsed in the loop's buffer and answered, and the connection keeps nothing of it. An
/// incomplete head or body waits in `reception`, output that the client does not take waits in `output`, and both are bounded.
/// Requests are answered one after the other, which keeps pipelined answers in order.
final class Connection: EventHandler {
    /// What the connection is doing.
    enum Phase {
        /// Waiting for a request or for the rest of a head.
        case head
        /// Reading the body of `reception.request`.
        case body
        /// Discarding the body of a request that has been answered.
        case draining
        /// A handler answers later.
        case waiting
        /// An answer is delivered by a plan.
        case delivering
        case webSocket
        /// The last answer is sent or waits in `output`; input is read and discarded so that the answer is not lost. RFC 9112, 9.6.
        case lingering
        case closed
    }

    let loop: ServerLoop
    let transport: Transport
    let counts: Bool
    var registration = Registration.none
    var phase = Phase.head
    var interest: Readiness = .readable
    var reception: Reception?
    var output = OutputQueue()
    /// The connection ends when its output is sent.
    var closesAfterOutput = false
    /// Input must be read and discarded before closing, because the peer may still be sending.
    var lingersAtEnd = false
    /// The request that is being answered.
    var current = Current()
    var webSocket: WebSocketConnection?
    var delivery: Delivery?
    /// The connection has had its turn: requests that wait in `reception` go on after the other connections.
    var yields = false
    /// A call of the session is running; what it sends goes out when it returns.
    var isBusy = false
    /// How much the reader had not taken when the write timeout began.
    var leftUntaken = 0
    /// When lingering must end.
    var lingerEnd: Ticks?
    private var clientName: String?

    /// What is kept of the current request once its head is known.
    struct Current {
        var isHead = false
        var keepsAlive = true
        var minorVersion: UInt8 = 1
        var arrival = Ticks(nanoseconds: 0)
        /// The request's number, by which a late answer finds its request.
        var number: UInt64 = 0
        var exchange: OpenExchange?
    }

    /// A connection `counts` if it takes one of the server's places; those that are only refused do not.
    init(_ loop: ServerLoop, _ transport: consuming Transport, counts: Bool) {
        self.loop = loop
        self.transport = transport
        self.counts = counts
    }

    /// Registers the connection with its loop.
    func start() {
        do {
            registration = try loop.events.register(transport.descriptor, for: transport.readiness(for: interest), self)
            current.arrival = loop.events.now
            // A client may connect ahead of need: until its first byte it is as idle as between two requests.
            loop.events.setDeadline(registration, loop.events.now + loop.limits.idleTime)
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
        case .delivering where output.isEmpty:
            continueDelivery()
        default:
            if output.isEmpty || !isReaderSlow() { close() }
        }
    }

    /// Whether the reader has taken bytes since the last check, from the kernel's buffer too; if so, the write timeout restarts.
    ///
    /// The kernel reports room only when a third of its buffer is free, for which a slow reader may need minutes.
    private func isReaderSlow() -> Bool {
        let before = leftUntaken
        startWriteClock()
        return leftUntaken < before
    }

    /// Starts the write timeout.
    func startWriteClock() {
        leftUntaken = output.count + transport.unacknowledged()
        loop.events.setDeadline(registration, loop.events.now + loop.limits.writeTime)
    }

    private func read(_ readiness: Readiness) {
        switch phase {
        case .webSocket where isPaused:
            if !readiness.isDisjoint(with: .broken) { close() }
        case .head, .draining, .webSocket, .lingering: receive()
        case .body where awaitsTurn:
            // Input waits in the kernel meanwhile.
            if !readiness.isDisjoint(with: .broken) { close() }
        case .body:
            if takesTurn() { receiveBody() }
        case .waiting, .delivering:
            // Input waits in the kernel; a peer that has closed both directions gets no answer.
            if !readiness.isDisjoint(with: .broken) { close() } else { setInterest([]) }
        case .closed: break
        }
    }

    // MARK: - Receiving

    /// Receives into the loop's buffer, or behind input that waits already.
    private func receive() {
        do {
            if let reception {
                var buffer = ByteBuffer()
                swap(&buffer, &reception.input)
                var parser = RequestParser()
                swap(&parser, &reception.parser)
                let transfer = try transport.receive(into: &buffer, upTo: Reception.inputRoom)
                guard received(transfer) else {
                    // Nothing was received: the input goes back unchanged.
                    swap(&buffer, &reception.input)
                    swap(&parser, &reception.parser)
                    return
                }
                let used = consume(&buffer, &parser)
                keep(&buffer, &parser, from: used, in: reception)
            } else {
                loop.scratch.removeAll()
                guard try received(transport.receive(into: &loop.scratch, upTo: ServerLoop.scratchSize)) else { return }
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

    /// Whether bytes were received; closes the connection at the end of the input.
    private func received(_ transfer: Transfer) -> Bool {
        switch transfer {
        case .bytes: return true
        case .wouldBlock: return false
        case .end:
            close()
            return false
        }
    }

    /// Keeps unused input for the next round; without any, the connection keeps no buffer.
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

    /// Receives into the body itself.
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
            let transfer = try reception.receiveBody(from: transport, upTo: 512 << 10)
            guard received(transfer), case .bytes(let count) = transfer else { return }
            reception.missing -= count
            loop.events.setDeadline(registration, loop.events.now + loop.limits.bodyTime)
        } catch {
            close()
            return
        }
        if reception.missing == 0 {
            finishBody(reception)
            resume()
        }
    }

    /// Continues with input that waits, when the next request may be handled or the session has resumed, and sends.
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

    /// Handles received bytes; returns how many are used.
    private func consume(_ buffer: inout ByteBuffer, _ parser: inout RequestParser) -> Int {
        var used = 0
        while used < buffer.count {
            switch phase {
            case .head:
                if loop.output.count > 64 << 10 { sendOutput() }
                // While output waits, no further request is handled. This bounds pipelining.
                if !output.isEmpty || phase == .closed { return used }
                // A fast reader gets as much as one turn allows.
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
                    if begins { loop.events.setDeadline(registration, current.arrival + loop.limits.headTime) }
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
            case .waiting, .delivering:
                return used
            case .lingering, .closed:
                // There is input that will not be answered; closing now would reset the connection.
                lingersAtEnd = true
                if lingerEnd != nil { linger() }
                return buffer.count
            }
        }
        return used
    }

    /// The address that the client connected to, unless it is a Unix socket.
    func reachedAddress() -> ByteBuffer {
        guard let address = transport.descriptor.localAddress(), !address.isUnix else { return ByteBuffer() }
        return ByteBuffer("\(address)")
    }

    /// The address of the other end, for the logs.
    func client() -> String {
        if let clientName { return clientName }
        let name = transport.descriptor.peerAddress().map { $0.isUnix ? "unix" : "\($0)" } ?? "-"
        clientName = name
        return name
    }
}
