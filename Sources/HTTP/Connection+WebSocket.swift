import Bytes
import Net
import Time

// A connection that has become a WebSocket. RFC 6455.

extension Connection {
    /// A client that leaves this much output unread is not read.
    static let congestion = 1 << 20

    // MARK: - The handshake

    /// Sends the answer to a handshake, and is a WebSocket from then on.
    func become(_ session: any WebSocket.Session, _ response: consuming Response) {
        current.keepsAlive = true
        let exchange = loop.server.dispatcher.watchesEverything ? current.exchange : nil
        respond(response, isLast: true)
        let socket = WebSocket.Socket(
            loop.events, registration, limit: loop.limits.webSocketQueue, notes: exchange?.notes)
        webSocket = WebSocketConnection(
            session, socket, limit: loop.limits.webSocketMessage, budget: loop.server.budget, exchange)
        phase = .webSocket
        restartWebSocketClock()
        isBusy = true
        session.opened(socket)
        isBusy = false
        if loop.isStopping { closeWebSocket(.goingAway, "the server is stopping") }
    }

    // MARK: - Receiving

    /// Handles received frames; returns up to where the input is used.
    func takeFrames(_ buffer: inout ByteBuffer, from start: Int) -> Int {
        guard let webSocket else { return buffer.count }
        restartWebSocketClock()
        isBusy = true
        defer { isBusy = false }
        var assembler = WebSocket.MessageAssembler(limit: 0)
        swap(&assembler, &webSocket.assembler)
        var used = start
        do throws(WebSocket.Failure) {
            var input = buffer.mutableBytes
            while phase == .webSocket, !webSocket.isPaused,
                let event = try assembler.next(&input, from: &used, reserve: { webSocket.share.grow(by: $0) })
            {
                take(event, webSocket)
            }
            swap(&assembler, &webSocket.assembler)
        } catch {
            closeWebSocket(error.code, error.reason)
            endWebSocket()
            return buffer.count
        }
        return phase == .webSocket ? used : buffer.count
    }

    private func take(_ event: consuming WebSocket.Event, _ webSocket: WebSocketConnection) {
        switch consume event {
        case .text(let message): receive(message, webSocket, isText: true)
        case .binary(let message): receive(message, webSocket, isText: false)
        case .ping(let payload):
            if !webSocket.hasSentClose { WebSocket.FrameWriter.pong(payload.bytes, into: &loop.output) }
        case .pong(let payload):
            webSocket.session.ponged(payload.bytes)
        case .close(let code, _):
            // 5.5.1: answered with the same code, and that is the end; the server is the first to close (7.1.1).
            webSocket.closeCode = code
            if !webSocket.hasSentClose { WebSocket.FrameWriter.close(code, into: &loop.output) }
            webSocket.hasSentClose = true
            endWebSocket()
        }
    }

    private func receive(_ message: consuming ByteBuffer, _ webSocket: WebSocketConnection, isText: Bool) {
        var body = Body(message, webSocket.takeReservation(from: loop.server.budget))
        guard var exchange = messageExchange(.received, webSocket, isText: isText) else {
            return webSocket.session.received(body, isText: isText)
        }
        let notes = ExchangeNotes()
        exchange.bytesIn = body.count
        body.notes = notes
        webSocket.session.received(body, isText: isText)
        exchange.duration = Ticks.now - exchange.start
        exchange.add(notes.values)
        loop.server.dispatcher.report(exchange)
    }

    /// The exchange of a message, if a layer wants exchanges.
    private func messageExchange(
        _ direction: Exchange.Direction, _ webSocket: WebSocketConnection, isText: Bool
    ) -> Exchange? {
        guard let open = webSocket.exchange else { return nil }
        let upgrade = open.exchange
        var exchange = Exchange(
            .socketMessage(direction), number: loop.nextRequestNumber(), method: isText ? "TEXT" : "BINARY",
            target: upgrade.target, start: .now)
        exchange.upgrade = upgrade.number
        (exchange.kind, exchange.pattern) = (.socket, upgrade.pattern)
        (exchange.host, exchange.client, exchange.userAgent) = (upgrade.host, upgrade.client, upgrade.userAgent)
        if let notes = open.notes { exchange.add(notes.values) }
        return exchange
    }

    // MARK: - Sending

    /// Sends a whole message, by a plan of the caller's or a layer's if there is one.
    func sendMessage(
        _ content: StoredContent, _ opcode: WebSocket.Opcode, _ plan: MessagePlan?, _ values: ExchangeNotes.Values?
    ) {
        guard let webSocket, !webSocket.hasSentClose else { return }
        var plan = plan
        if var exchange = messageExchange(.sent, webSocket, isText: opcode == .text) {
            if let values { exchange.add(values) }
            exchange.bytesOut = content.count
            plan = plan ?? loop.server.dispatcher.plan(for: exchange)
            loop.server.dispatcher.report(exchange)
        }
        if case .delay(let delay)? = plan {
            sendLater(.message(content, opcode, nil), after: delay, webSocket)
        } else if let delayed = webSocket.delayed, !delayed.isEmpty {
            delayed.add(.message(content, opcode, plan), after: .zero)
        } else {
            sendFrame(content, opcode, plan)
        }
    }

    private func sendLater(
        _ element: DelayedMessages.Element, after delay: Interval, _ webSocket: WebSocketConnection
    ) {
        let delayed = webSocket.delayed ?? DelayedMessages(loop.events, self)
        webSocket.delayed = delayed
        delayed.add(element, after: delay)
    }

    /// Sends a frame with a whole message. Long ones are sent from where they are.
    func sendFrame(_ content: StoredContent, _ opcode: WebSocket.Opcode, _ plan: MessagePlan?) {
        if let plan { return sendPart(of: content, opcode, plan) }
        guard webSocket?.hasSentClose == false else { return }
        WebSocket.FrameWriter.header(opcode, count: content.count, into: &loop.output)
        if case .bytes(let bytes) = content, bytes.count <= 16 << 10 {
            loop.output.append(bytes.bytes)
            if loop.output.count > 64 << 10 { sendOutput() }
        } else {
            sendStored(content, 0..<content.count)
        }
    }

    /// Sends the beginning of a frame and ends the connection, or sends nothing.
    private func sendPart(of content: StoredContent, _ opcode: WebSocket.Opcode, _ plan: MessagePlan) {
        guard webSocket?.hasSentClose == false else { return }
        var header = ByteBuffer()
        WebSocket.FrameWriter.header(opcode, count: content.count, into: &header)
        let count: Int
        switch plan {
        case .drop, .delay: return
        case .cut(let bytes): count = min(max(0, bytes), header.count + content.count)
        case .half: count = (header.count + content.count) / 2
        }
        loop.output.append(header.bytes.extracting(..<min(count, header.count)))
        if count > header.count { sendStored(content, 0..<(count - header.count)) }
        if phase != .closed { endWebSocket() }
    }

    /// The memory of all that the peer has not taken yet.
    var queuedWeight: Int { output.weight + (webSocket?.delayed?.weight ?? 0) }

    /// Begins the closing handshake, behind messages that are sent later.
    func closeInOrder(_ code: WebSocket.CloseCode, _ reason: StaticString) {
        if let delayed = webSocket?.delayed, !delayed.isEmpty {
            delayed.add(.close(code, reason), after: .zero)
        } else {
            closeWebSocket(code, reason)
        }
    }

    func sendPing(_ payload: Span<UInt8>) {
        if webSocket?.hasSentClose == false { WebSocket.FrameWriter.ping(payload, into: &loop.output) }
    }

    /// Sends a close frame and waits for the peer's, for a while.
    func closeWebSocket(_ code: WebSocket.CloseCode, _ reason: StaticString) {
        guard let webSocket, !webSocket.hasSentClose else { return }
        webSocket.hasSentClose = true
        webSocket.closeCode = code
        WebSocket.FrameWriter.close(code, reason: reason, into: &loop.output)
        loop.events.setDeadline(registration, loop.events.now + loop.limits.lingerTime)
    }

    /// Ends the WebSocket: output that waits is sent, then the connection is closed.
    private func endWebSocket() {
        closesAfterOutput = true
        lingersAtEnd = true
        phase = .lingering
        webSocketClosed()
    }

    // MARK: - Events

    private func restartWebSocketClock() {
        // While output waits, the write timeout runs instead.
        if webSocket?.hasSentClose == true || !output.isEmpty { return }
        loop.events.setDeadline(registration, loop.events.now + loop.limits.webSocketIdleTime)
    }

    /// The idle timeout has passed, or the client has not answered a close.
    func webSocketExpired() {
        guard let webSocket, !webSocket.hasSentClose else { return close() }
        // While the session is paused, the client may have sent messages that wait.
        if webSocket.isPaused { return restartWebSocketClock() }
        closeWebSocket(loop.limits.webSocketIdleCode, "nothing was said for too long")
        flush()
    }

    /// Some or all of the waiting output has been sent.
    func webSocketDrained() {
        guard phase == .webSocket, let webSocket else { return }
        webSocket.socket.setQueued(queuedWeight)
        guard output.isEmpty else { return }
        if !webSocket.hasSentClose { restartWebSocketClock() }
        isBusy = true
        webSocket.session.drained()
        isBusy = false
    }

    /// Whether the session is paused: received bytes stay in the buffer.
    var isPaused: Bool { webSocket?.isPaused ?? false }

    func setPaused(_ isPaused: Bool) {
        guard let webSocket, webSocket.isPaused != isPaused else { return }
        webSocket.isPaused = isPaused
        if isPaused { return }
        restartWebSocketClock()
        if !isBusy { resume() }
    }

    func webSocketClosed() {
        guard let webSocket else { return }
        self.webSocket = nil
        webSocket.delayed?.end()
        webSocket.session.closed(webSocket.closeCode)
    }

    /// The server is stopping.
    func webSocketStop() {
        closeWebSocket(.goingAway, "the server is stopping")
        flush()
    }
}
